import type { ReplyOrigin } from '../conversations/conversations'
import type { GenerationRequest, InferenceEngine, PromptSize, TokenOdds } from '../engine/engine'
import type { FallbackStep } from '../models/fallback'
import type { ModelManifest } from '../models/manifest'
import type { RunPlan } from '../models/run-plan'
import { delay } from '../platform/abort'
import { AppError } from '../shared/errors'
import type { ChatTemplate } from '../shared/chat-template'
import type { Effort, ReplySettings } from '../shared/reply-settings'
import { unpackIds, type StoredTokens } from '../shared/token-ids'
import { assemblePrompt, replyParts } from './prompt'
import { Recovery } from './recovery'
import type { BegunReply, Replays, Replies, ReplyEvent, ReplyRequest } from './replies'
import { ReplySoFar } from './reply-so-far'
import { DEFAULT_EFFORT, firstWords, thoughtIsOpened, thoughtPlan } from './steering'
import { withSummary } from './summary'
import { templateOf } from './templates'
import { splitReply } from './think-parser'

/** The chosen model, and the function that loads it. */
interface ChosenModel {
  readonly id: string
  /** The loaded model, as it runs. */
  readonly loaded: RunPlan | undefined
  /** @throws {AppError}; the signal's reason when it is aborted */
  ready(signal: AbortSignal): Promise<RunPlan>
  /** As `ModelController.fallBack`. */
  fallBack(neededTokens: number): FallbackStep | undefined
}

type Wishes = Parameters<Replies['write']>[1]
type Engine = Pick<InferenceEngine, 'generate' | 'measure' | 'kind'>

/** Replies of the model in this page. */
export class LocalReplies implements Replies, Replays {
  readonly #model: ChosenModel
  readonly #engine: Engine

  /** @param engine has the model once it is ready */
  constructor(model: ChosenModel, engine: Engine) {
    this.#model = model
    this.#engine = engine
  }

  get modelId(): string {
    return this.#model.id
  }

  get sampling(): ModelManifest['sampling'] | undefined {
    return this.#model.loaded?.model.sampling
  }

  async *write(request: ReplyRequest, wishes: Wishes): AsyncIterable<ReplyEvent> {
    const soFar = new ReplySoFar()
    const recovery = new Recovery((tokens) => this.#model.fallBack(tokens))
    for (;;) {
      try {
        yield* this.#writeOnce(request, soFar, wishes)
        return
      } catch (error) {
        soFar.broke()
        const step = wishes.signal.aborted ? undefined : recovery.after(error, soFar.tokens)
        if (!step) throw error
        if (step.step) yield { type: 'recovering', step: step.step }
        await delay(step.pauseMs, wishes.signal)
      }
    }
  }

  /** Writes the reply, or the rest of it, with one engine. */
  async *#writeOnce(asked: ReplyRequest, soFar: ReplySoFar, { signal, answerNow }: Wishes): AsyncIterable<ReplyEvent> {
    const plan = await this.#model.ready(signal)
    const tokenizer = tokenizerOf(plan)
    const begun = soFar.begun ?? asked.begun
    const request = { ...asked, ...(begun && { begun }) }
    const { generation, text, opened } = generationFor(plan.model, tokenizer, request)
    const withoutThought = begun ? begun.withoutThought === true : request.settings.effort === 'off'
    for await (const event of this.#engine.generate(generation, { signal, answerNow })) {
      if (event.type === 'begun') {
        const origin = originOf(plan, this.#engine.kind)
        const start = { origin, opensThought: !opened, withoutThought, text, ids: event.reply, tokenizer }
        soFar.begin({ type: 'begun', ...start }, event.size.promptTokens)
        yield { type: 'begun', ...start }
      } else if (event.type === 'done') yield { ...event, usage: soFar.usage(event.usage) }
      else if (event.type !== 'odds') {
        if (event.type === 'delta') soFar.push(event.text, event.ids)
        yield event
      }
    }
  }

  async *replay(
    request: Pick<ReplyRequest, 'turns' | 'settings'>,
    tokens: StoredTokens,
    signal: AbortSignal,
  ): AsyncIterable<TokenOdds> {
    const plan = await this.#model.ready(signal)
    const ids = unpackIds(tokens.ids)
    if (tokens.tokenizer !== tokenizerOf(plan) || !ids) return
    const { generation } = generationFor(plan.model, tokens.tokenizer, request)
    const asked = { ...generation, reply: [], replay: ids }
    for await (const event of this.#engine.generate(asked, { signal })) if (event.type === 'odds') yield event.token
    signal.throwIfAborted()
  }

  async measure(request: Omit<ReplyRequest, 'begun'>): Promise<PromptSize | undefined> {
    const manifest = this.#model.loaded?.model
    if (!manifest) return undefined
    const prompt = assemblePrompt(request.turns, templateOf(manifest), promptOptions(request, request.settings))
    return await this.#engine.measure(prompt, manifest.historyTokens).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'engine-moved') return undefined
      throw error
    })
  }
}

const promptOptions = ({ summary }: Pick<ReplyRequest, 'summary'>, { instructions, effort }: ReplySettings) => ({
  instructions: withSummary(instructions, summary),
  withoutThought: effort === 'off',
})

/** @returns the request, the existing text of the reply, and whether the prompt leaves a thought open */
function generationFor(
  manifest: ModelManifest,
  tokenizer: string,
  request: ReplyRequest,
): { generation: GenerationRequest; text: string; opened: boolean } {
  const { turns, settings: given, begun } = request
  const template = templateOf(manifest)
  // A reply continues as it began, whatever the present settings.
  const settings: ReplySettings = begun ? { ...given, effort: effortOf(begun, given) } : given
  const question = turns.at(-1)?.text ?? ''
  const thought = thoughtPlan(settings, manifest, template, question)
  const opened = thoughtIsOpened(template, settings.effort)
  const start = begun ? adapted(begun, opened, template) : forcedStart(settings, manifest, question, opened)
  return {
    opened,
    text: start.text,
    generation: {
      prompt: assemblePrompt(turns, template, promptOptions(request, settings)),
      historyTokens: manifest.historyTokens,
      maxNewTokens: manifest.contextWindow,
      ...(settings.longestAnswer !== undefined && { longestAnswer: settings.longestAnswer }),
      sampling: samplingOf(manifest, settings),
      stopTokens: template.stop,
      reply: knownTokens(start, tokenizer) ?? replyParts(start.text, opened, template),
      ...(thought && { thought }),
      ...(request.background && { background: true }),
    },
  }
}

/** The effort with which the prompt of an existing reply ended. */
function effortOf({ withoutThought, opensThought, text }: BegunReply, { effort }: ReplySettings): Effort {
  const answersAtOnce = opensThought && text !== '' && splitReply(text, false).thought === ''
  if (withoutThought || answersAtOnce) return 'off'
  return effort === undefined || effort === 'off' ? DEFAULT_EFFORT : effort
}

/** A reply of another model as this one would have begun it. Its tokens are useless once its text has changed. */
function adapted(begun: BegunReply, opened: boolean, { thought }: ChatTemplate): BegunReply {
  const opensThought = begun.opensThought === true
  if (!thought) return withoutItsThought(begun)
  if (begun.withoutThought || opensThought === !opened) return begun
  if (!opensThought) return { text: `${thought.open}\n${begun.text}` }
  return { text: begun.text.trimStart().slice(thought.open.length).trimStart() }
}

/** For a model that would continue a thought as if it were an answer. */
function withoutItsThought(begun: BegunReply): BegunReply {
  const { thought, answer } = splitReply(begun.text, begun.opensThought !== true)
  return thought === '' && begun.opensThought ? begun : { text: answer }
}

/** The first words of a thought, if the model does not choose them. */
function forcedStart(settings: ReplySettings, manifest: ModelManifest, question: string, opened: boolean): BegunReply {
  const { thought } = templateOf(manifest)
  const words = firstWords(settings, manifest, question)
  if (!thought || words === '') return { text: '' }
  return { text: opened ? words : `${thought.open}\n${words}` }
}

function knownTokens({ tokens }: BegunReply, tokenizer: string): readonly number[] | undefined {
  return tokens?.tokenizer === tokenizer ? unpackIds(tokens.ids) : undefined
}

function samplingOf({ sampling }: ModelManifest, settings: ReplySettings): GenerationRequest['sampling'] {
  const { topK, minP, repetitionPenalty, presencePenalty, frequencyPenalty, seed } = settings
  const own = { topK, minP, repetitionPenalty, presencePenalty, frequencyPenalty, seed }
  return {
    temperature: settings.temperature ?? sampling.temperature,
    topP: settings.topP ?? sampling.topP,
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
  }
}

/** The tokenizer by the hash of its file, which may be the whole model's: equal ids mean equal tokens. */
function tokenizerOf({ build: { artifacts } }: RunPlan): string {
  const file =
    artifacts.find(({ role }) => role === 'tokenizer') ??
    artifacts.find(({ path }) => path === 'tokenizer.json') ??
    artifacts.find(({ role }) => role === 'gguf')
  return file?.sha256.slice(0, 16) ?? ''
}

function originOf({ model: { name }, build: { quantization } }: RunPlan, engine: ReplyOrigin['engine']): ReplyOrigin {
  return { name, engine, ...(quantization !== undefined && { quantization }) }
}
