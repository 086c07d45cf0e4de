import type { RunPlan } from '../../models/run-plan'
import { AppError, type ErrorRecord } from '../../shared/errors'
import type { GenerationEnd, InferenceEngine, LoadedModel, LoadProgress, ScoringEngine } from '../engine'
import type { HostProcedures } from './host-protocol'
import { moved } from './moved'
import { Turns } from './turns'

export type HostedEngine = Omit<InferenceEngine, 'probe' | 'kind'> & ScoringEngine

/** The model that a tab wants. */
interface Wanted {
  readonly key: string
  readonly plan: RunPlan
  readonly files: ReadonlyMap<string, Blob>
}

interface Session {
  wanted: Wanted | undefined
  isVisible: boolean
  /** Aborted when the tab wants this model no more. */
  wants: AbortController
  /** Closes the thought of its reply. */
  answerNow: AbortController
  /** Tells the tab that its model is gone. */
  tell: (error: ErrorRecord) => void
}

/** The one engine of all tabs: loads the model that is asked for, and serves one tab at a time. */
export class EngineHost {
  readonly #engine: HostedEngine
  readonly #turns = new Turns()
  readonly #sessions = new Set<Session>()
  #loaded: { readonly key: string; readonly model: LoadedModel } | undefined
  /** Told of the progress of a load. */
  readonly #watchers = new Map<(progress: LoadProgress) => void, string>()

  constructor(engine: HostedEngine) {
    this.#engine = engine
    engine.onLost((error) => {
      const key = this.#loaded?.key
      this.#loaded = undefined
      this.#tell(error, (wanted) => wanted.key === key)
    })
  }

  /** What one tab may ask. @param gone fulfilled when it is closed */
  connect(gone: Promise<void>): HostProcedures {
    const session: Session = {
      wanted: undefined,
      isVisible: true,
      wants: new AbortController(),
      answerNow: new AbortController(),
      tell: () => undefined,
    }
    this.#sessions.add(session)
    void gone.then(() => {
      this.#sessions.delete(session)
      this.#release(session)
    })
    return this.#procedures(session)
  }

  #procedures(session: Session): HostProcedures {
    const isUrgent = () => session.isVisible
    /** The model that the tab wants, and a signal for as long as it and the call are wanted. */
    const wanted = (call: AbortSignal) => {
      if (!session.wanted) throw new AppError('generation-failed', 'No model is loaded.', { retry: 'later' })
      return { model: session.wanted, signal: AbortSignal.any([call, session.wants.signal]) }
    }
    return {
      load: async ({ plan, files }, { signal: call, report }) => {
        session.wanted = { key: keyOf(plan), plan, files: new Map(files) }
        const { model, signal } = wanted(call)
        if (this.#loaded?.key === model.key) return this.#loaded.model
        this.#watchers.set(report, model.key)
        try {
          return await this.#turns.take({ isUrgent, signal }, () => this.#ensure(model, signal))
        } finally {
          this.#watchers.delete(report)
        }
      },
      generate: async (request, { signal: call, report }) => {
        const { model, signal } = wanted(call)
        const { background } = request
        const answerNow = new AbortController()
        // Whoever asks for an answer now means the reply that somebody waits for.
        if (!background) session.answerNow = answerNow
        const isAwaited = () => session.isVisible && !background
        const onWaiting = (before: number) => {
          report({ type: 'waiting', before })
        }
        return await this.#turns.take({ isUrgent: isAwaited, signal, onWaiting }, async (giveWay) => {
          await this.#ensure(model, signal)
          const options = { signal: AbortSignal.any([signal, giveWay]), answerNow: answerNow.signal }
          let end: GenerationEnd | undefined
          for await (const event of this.#engine.generate(request, options)) {
            if (event.type === 'done') end = event
            else report(event)
          }
          if (!end || (end.reason === 'abort' && giveWay.aborted && !signal.aborted)) throw moved()
          return end
        })
      },
      answerNow: () => {
        session.answerNow.abort()
        return Promise.resolve()
      },
      score: async (parts, { signal: call }) => {
        const { model, signal } = wanted(call)
        return await this.#turns.take({ isUrgent, signal }, async () => {
          await this.#ensure(model, signal)
          try {
            return await this.#engine.meanLogProbability(parts, { signal })
          } finally {
            // An aborted one has unloaded the model.
            if (signal.aborted) this.#loaded = undefined
          }
        })
      },
      measure: async ({ prompt, historyTokens }) => {
        if (!session.wanted || session.wanted.key !== this.#loaded?.key) throw moved()
        return await this.#engine.measure(prompt, historyTokens)
      },
      unload: () => {
        this.#release(session)
        return Promise.resolve()
      },
      visible: (isVisible) => {
        session.isVisible = isVisible
        this.#turns.review()
        return Promise.resolve()
      },
      alive: () => Promise.resolve(),
      watch: (_, { report }) => {
        session.tell = report
        return new Promise<never>(() => undefined)
      },
    }
  }

  /** Loads a model unless it is loaded. */
  async #ensure({ key, plan, files }: Wanted, signal: AbortSignal): Promise<LoadedModel> {
    if (this.#loaded?.key === key) return this.#loaded.model
    this.#loaded = undefined
    this.#tell(moved(), (wanted) => wanted.key !== key)
    const read = (path: string) => {
      const bytes = files.get(path)
      if (bytes) return Promise.resolve(bytes)
      return Promise.reject(new AppError('artifact-missing', `${path} was not handed over.`, { retry: 'never' }))
    }
    const onProgress = (progress: LoadProgress) => {
      for (const [report, wanted] of this.#watchers) if (wanted === key) report(progress)
    }
    const model = await this.#engine.load(plan, ({ path }) => read(path), { signal, onProgress })
    this.#loaded = { key, model }
    return model
  }

  /** Ends what a tab has under way, and frees the model that no tab wants any more. */
  #release(session: Session): void {
    const { wanted } = session
    if (!wanted) return
    session.wanted = undefined
    session.wants.abort(new DOMException('The model was unloaded.', 'AbortError'))
    session.wants = new AbortController()
    if (this.#loaded?.key !== wanted.key || [...this.#sessions].some((other) => other.wanted?.key === wanted.key))
      return
    this.#loaded = undefined
    this.#engine.unload()
  }

  #tell(error: AppError, concerns: (wanted: Wanted) => boolean): void {
    for (const { wanted, tell } of this.#sessions) if (wanted && concerns(wanted)) tell(error.toRecord())
  }
}

/** Equal for plans that the same loaded model serves. */
function keyOf({ model, build }: RunPlan): string {
  return JSON.stringify([model.id, model.contextWindow, build.engine, build.artifacts.map(({ sha256 }) => sha256)])
}
