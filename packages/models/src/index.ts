export * from './fusionmamba/index.js';
