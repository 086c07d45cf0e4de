/** Nano ends a refusal with these words, in either language. */
const DECLINED = /load a bigger model|加载更大的模型/

/** Whether an answer says that its model cannot do what was asked. */
export const isDeclined = (modelId: string | undefined, answer: string): boolean =>
  modelId === 'nano' && DECLINED.test(answer)
