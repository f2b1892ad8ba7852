/** What SSDiff's sampler can be told. */

/** Steps of the whole schedule. */
export const TRAINING_STEPS = 1000;

export interface SamplerOptions {
  /** Network evaluations; 10 as released. */
  readonly steps?: number;
  /**
   * What the network is told of the time: 'mapped' is the step of the whole schedule, as it was
   * trained; 'index' counts the steps that are left, as the released sampler does.
   */
  readonly conditioning?: 'mapped' | 'index';
  /**
   * What is diffused: 'residual' is the image less `lms`, as in training; 'image' the image itself,
   * as the released sampler does.
   */
  readonly state?: 'residual' | 'image';
  /**
   * Which steps of the whole schedule: 'leading' counts from its first by a stride, as released;
   * 'trailing' from its last, for any number of steps.
   */
  readonly spacing?: 'trailing' | 'leading';
  /** Between steps: 'none' (DDIM), or as much as the posterior has (DDPM). */
  readonly noise?: 'none' | 'posterior';
}

/** The released sampler, faults included. */
export const RELEASED: SamplerOptions = {
  steps: 10,
  conditioning: 'index',
  state: 'image',
  spacing: 'leading',
};
