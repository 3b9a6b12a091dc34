/** What `engine` can be. */
export const ENGINES = ['auto', 'wasm', 'onnx', 'tensorflow', 'webgpu'] as const
export type EngineChoice = (typeof ENGINES)[number]

/** What `device` can be. */
export const DEVICES = ['auto', 'cpu', 'gpu'] as const
export type DeviceChoice = (typeof DEVICES)[number]
