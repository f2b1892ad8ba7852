/** The file beside a reduced pair that notes its ratio, sensor and MTF gains. */
export const SCENE_FILE_NAME = 'scene.json';
