export { openSuperResolution, type SuperResolution } from './open.js';
