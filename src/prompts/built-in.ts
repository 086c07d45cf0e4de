interface PromptText {
  readonly name: string
  /** With variables in double braces. */
  readonly text: string
}

/** A prompt that comes with the site, in both languages. */
interface BuiltInPrompt {
  readonly id: string
  readonly en: PromptText
  readonly 'zh-CN': PromptText
}

export const BUILT_IN_PROMPTS: readonly BuiltInPrompt[] = [
  {
    id: 'maths',
    en: {
      name: 'Maths, with the result in a box',
      // DeepSeek's own words for R1.
      text: '{{problem}}\n\nPlease reason step by step, and put your final answer within \\boxed{}.',
    },
    'zh-CN': { name: '数学题，结果加框', text: '{{题目}}\n\n请逐步推理，并把最终答案写在 \\boxed{} 里。' },
  },
  {
    id: 'check',
    en: {
      name: 'Step-by-step check',
      text: `Question:
{{question}}

An answer to it:
{{answer}}

Check this answer step by step. For each step say whether it is right, and why. At the first wrong step say what is wrong, give the right step, and go on from there. End with one sentence: is the result right, and if not, what is it?`,
    },
    'zh-CN': {
      name: '逐步核对',
      text: `问题：
{{问题}}

一个解答：
{{解答}}

请逐步核对这个解答。每一步都说明对不对、为什么。遇到第一个错误时，指出错在哪里，写出正确的一步，再从那里继续。最后用一句话说明：结果是否正确；如果不正确，正确的结果是什么？`,
    },
  },
  {
    id: 'code-review',
    en: {
      name: 'Code review',
      text: `Review this {{language}} code as an experienced colleague would.

\`\`\`
{{code}}
\`\`\`

First what is wrong: errors, cases that are not handled, races, leaks, unsafe input. Give for each the line, why it matters, and the change. Then what could be simpler. Leave matters of taste out. If nothing is wrong, say so.`,
    },
    'zh-CN': {
      name: '代码审查',
      text: `请像有经验的同事那样审查这段 {{编程语言}} 代码。

\`\`\`
{{代码}}
\`\`\`

先说问题：错误、没有处理的情况、竞争、泄漏、不安全的输入。每一条都写明行、为什么重要、怎么改。然后说哪里可以更简单。个人口味的问题不用提。如果没有问题，就直说没有。`,
    },
  },
  {
    id: 'translation',
    en: {
      name: 'Translation',
      text: `Translate the text below into {{language}}, for {{readers}}.

{{text}}

Say what the text says, in words that such readers would use; keep names, numbers and formatting. Answer with the translation alone. Where a passage can be read in two ways, add a short note below it.`,
    },
    'zh-CN': {
      name: '翻译',
      text: `请把下面的文字翻译成{{目标语言}}，读者是{{读者}}。

{{原文}}

意思要准确，措辞要符合这类读者的习惯；人名、数字和格式保持不变。只给出译文。如果某处有两种理解，在译文之后简短注明。`,
    },
  },
  {
    id: 'literature-review',
    en: {
      name: 'Literature review',
      text: `Write a literature review on: {{topic}}
Field: {{field}}

These are my sources and notes:
{{sources}}

Group them by the question they ask, not by author. For each group: what is agreed, what is disputed and why, and how good the evidence is. Then name the gaps, and the question that follows from them. Use only the sources above; where one is missing, write [source needed] and invent none.`,
    },
    'zh-CN': {
      name: '文献综述',
      text: `请就以下主题写一篇文献综述：{{主题}}
领域：{{领域}}

我的文献和笔记：
{{文献}}

按研究的问题分组，不要按作者罗列。每组说明：哪些已有共识，哪些有争议、为什么，证据有多可靠。然后指出空白，以及由此产生的研究问题。只使用上面的文献；缺少出处时写【待补文献】，不要编造。`,
    },
  },
  {
    id: 'novel-outline',
    en: {
      name: 'Outline of a novel',
      text: `Write the outline of a novel.
Genre: {{genre}}
Premise: {{premise}}
Length: {{length}}

Begin your thought by naming the elements that readers of this genre look for, and three comparable books with what each of them does well. Build the outline on these.

Answer with: a working title; the main characters, what each wants and what stands in the way; the turning points in order; the chapters, two sentences each; and what sets this book apart from the comparable ones.`,
    },
    'zh-CN': {
      name: '小说大纲',
      text: `请为一部小说写大纲。
类型：{{类型}}
设定：{{设定}}
篇幅：{{篇幅}}

思考时，先列出这类小说的读者期待哪些要素，再举出三部可以对照的作品，说明各自好在哪里，然后在此基础上构思。

回答包括：暂定书名；主要人物，各自想要什么、受什么阻碍；按顺序的转折点；章节安排，每章两句话；这本书与对照作品的不同之处。`,
    },
  },
  {
    id: 'story-ideas',
    en: {
      name: 'Story ideas',
      text: `Give me five ideas for a {{form}} about {{theme}}.

Each in three sentences: who wants what, what stands in the way, and which choice is hard. No two may have the same conflict or the same kind of ending. Then say which one you would write, and why.`,
    },
    'zh-CN': {
      name: '故事点子',
      text: `请给我五个关于{{主题}}的{{体裁}}点子。

每个用三句话：谁想要什么，受什么阻碍，哪个选择最难。五个的冲突和结局类型都不能重复。最后说你会写哪一个，为什么。`,
    },
  },
  {
    id: 'ad-copy',
    en: {
      name: 'Ad copy',
      text: `Write ad copy.
What it is for: {{product}}
For whom: {{readers}}
Where it appears: {{place}}

First decide what these readers want and what holds them back. Then write three versions that differ in their main thought, each with a headline of at most ten words, two sentences of text and one call to action. Claim nothing that is not said above.`,
    },
    'zh-CN': {
      name: '广告文案',
      text: `请写广告文案。
产品：{{产品}}
受众：{{受众}}
投放位置：{{位置}}

先想清楚这些人想要什么、顾虑什么，再写三个版本，各有不同的主打点：一个不超过十五个字的标题、两句正文、一句行动号召。不要宣称上面没有提到的内容。`,
    },
  },
]
