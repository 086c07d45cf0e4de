import { m } from '../../i18n'

/** The texts before the first question to a model larger than Nano; no part of the first paint. */
export function largerWelcome(name: string) {
  return {
    title: m.welcome_larger_title(),
    about: m.welcome_larger({ name }),
    questions: [
      m.suggestion_larger_maths(),
      m.suggestion_larger_logic(),
      m.suggestion_larger_code(),
      m.suggestion_larger_writing(),
    ],
  }
}
