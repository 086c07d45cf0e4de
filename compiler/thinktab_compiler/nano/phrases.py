"""How people ask. The last phrasing of every list is never trained on: it measures how far the model generalises."""

EN_OPENERS = (
    "", "", "", "", "", "", "Please ", "please ", "Hi, ", "Hi Nano, ", "Hello! ", "Hey, ", "Quick question: ", "Can you tell me ",
    "Could you help? ", "Tell me: ", "I need to know: ", "OK, ", "Now ", "And ", "So, ", "Next: ", "Well, ",
)
EN_CLOSERS = ("", "", "", "", "?", "?", "?", ".", " please", ", please.", " ?", "!", " Thanks!", "\n", " Think step by step.", " Be careful.")
ZH_OPENERS = (
    "", "", "", "", "", "", "请问", "请问，", "你好，", "请", "帮我算一下：", "帮我看看，", "我想知道", "告诉我", "那么", "现在", "再来一个：", "好的，",
)
ZH_CLOSERS = ("", "", "", "", "？", "？", "？", "?", "。", "呢？", "？谢谢", "！", "\n", "请一步一步想。", "请仔细算。")

ADD_EN = (
    "What is {a} + {b}", "what's {a} + {b}", "{a} + {b}", "{a}+{b}", "{a}+{b}=", "{a} + {b} =", "{a} plus {b}", "What is {a} plus {b}", "Add {a} and {b}",
    "Add {b} to {a}", "Compute {a} + {b}", "Calculate {a}+{b}", "The sum of {a} and {b}", "What is the sum of {a} and {b}", "How much is {a} + {b}",
    "How much is {a} plus {b}", "Work out {a} + {b}", "Evaluate {a} + {b}", "Find {a} + {b}", "What do you get if you add {a} and {b}", "{a} and {b} together make",
    "What does {a} + {b} equal", "Solve {a} + {b}", "Give me the sum of {a} and {b}", "I have {a} and I add {b}, how much is that", "what is the total of {a} and {b}",
)
ADD_ZH = (
    "{a}+{b}等于多少", "{a} + {b} 等于多少", "{a}加{b}等于多少", "{a}加上{b}是多少", "{a}+{b}", "{a}+{b}=", "{a}+{b}=？", "{a}＋{b}", "计算{a}+{b}", "计算 {a} + {b}", "{a}与{b}的和是多少",
    "{a}和{b}的和", "{a}和{b}加起来是多少", "算一下{a}+{b}", "求{a}+{b}", "求{a}与{b}的和", "{a}加{b}是几", "{a}再加{b}得多少", "{a}加{b}", "把{a}和{b}加起来", "{a}和{b}相加等于几",
)
SUB_EN = (
    "What is {a} - {b}", "what's {a} - {b}", "{a} - {b}", "{a}-{b}", "{a}-{b}=", "{a} - {b} =", "{a} minus {b}", "What is {a} minus {b}", "Subtract {b} from {a}",
    "Take {b} away from {a}", "Compute {a} - {b}", "Calculate {a}-{b}", "How much is {a} - {b}", "How much is {a} minus {b}", "Work out {a} - {b}", "Evaluate {a} - {b}",
    "Find {a} - {b}", "What do you get if you subtract {b} from {a}", "What does {a} - {b} equal", "Solve {a} - {b}", "{a} take away {b}", "What is {a} less {b}",
    "I have {a} and give away {b}, what is left", "what remains if you take {b} from {a}",
)
SUB_ZH = (
    "{a}-{b}等于多少", "{a} - {b} 等于多少", "{a}减{b}等于多少", "{a}减去{b}是多少", "{a}-{b}", "{a}-{b}=", "{a}-{b}=？", "{a}－{b}", "计算{a}-{b}", "计算 {a} - {b}", "{a}与{b}的差是多少",
    "从{a}里减去{b}", "算一下{a}-{b}", "求{a}-{b}", "求{a}与{b}的差", "{a}减{b}是几", "{a}减去{b}得多少", "{a}减{b}", "{a}去掉{b}还剩多少", "{a}拿走{b}剩几",
)
LARGER_EN = (
    "Which is larger, {a} or {b}", "Which is bigger, {a} or {b}", "Which is bigger: {a} or {b}", "Which number is greater, {a} or {b}", "{a} or {b}, which is larger", "{a} or {b}: which is bigger",
    "Is {a} larger than {b}", "Is {a} bigger than {b}", "Is {a} greater than {b}", "Compare {a} and {b}", "compare {a} with {b}", "What is larger, {a} or {b}", "What's bigger, {a} or {b}",
    "which one is bigger {a} or {b}", "{a} vs {b}", "{a} vs. {b}, which is larger", "Is {a} > {b}", "Larger of {a} and {b}", "of {a} and {b}, which is the greater one",
)
LARGER_ZH = (
    "{a}和{b}哪个大", "{a}和{b}哪个更大", "{a} 和 {b} 哪个大", "{a} 和 {b} 哪个更大", "{a}与{b}谁大", "{a}与{b}哪个大", "比较{a}和{b}", "比较{a}和{b}的大小", "比较一下{a}与{b}", "{a}比{b}大吗", "{a}大还是{b}大",
    "{a}、{b}哪个大", "哪个大，{a}还是{b}", "哪个更大：{a}还是{b}", "{a}跟{b}比谁大", "{a}大于{b}吗", "{a}和{b}中较大的是哪个",
)
SMALLER_EN = (
    "Which is smaller, {a} or {b}", "Which is smaller: {a} or {b}", "{a} or {b}, which is smaller", "Is {a} smaller than {b}", "Is {a} less than {b}", "Which number is less, {a} or {b}",
    "What is smaller, {a} or {b}", "Is {a} < {b}", "which one is smaller {a} or {b}", "of {a} and {b}, which is the lesser one",
)
SMALLER_ZH = (
    "{a}和{b}哪个小", "{a}和{b}哪个更小", "{a} 和 {b} 哪个小", "{a}与{b}谁小", "{a}比{b}小吗", "{a}小还是{b}小", "哪个小，{a}还是{b}", "哪个更小：{a}还是{b}", "{a}小于{b}吗", "{a}和{b}中较小的是哪个",
)
COUNT_EN = (
    "How many {c}'s are in {w}", "How many {c}'s are there in {w}", "How many {c}s are in {w}", "How many {c} are in {w}", "How many {c} in {w}", "How many letters {c} are in {w}",
    "How many times does {c} appear in {w}", "How often does {c} occur in {w}", "How often does the letter {c} occur in {w}", "Count the {c}'s in {w}", "Count the letter {c} in {w}",
    "Count {c} in {w}", "How many times does the letter {c} appear in {w}", "number of {c} in {w}", "In {w}, how many {c}'s are there", "How many {c}'s are in the word {w}",
    "How many {c}'s does {w} have", "How many {c}'s does the word {w} contain", "what is the count of {c} in {w}",
)
COUNT_ZH = (
    "{w}里有几个{c}", "{w}里有多少个{c}", "{w} 里有几个 {c}", "{w} 里有多少个 {c}", "{w}中有几个{c}", "{w}中有多少个字母{c}", "单词{w}里有几个{c}", "单词{w}中有多少个字母{c}", "单词 {w} 里有几个字母 {c}",
    "数一数{w}里的{c}", "数一数{w}里有几个{c}", "{w}这个单词里有几个{c}", "{c}在{w}里出现了几次", "字母{c}在{w}中出现几次", "{w}有几个{c}", "{w}包含几个字母{c}", "请数出{w}中{c}的个数",
)
QUOTES_EN = (("", ""), ("", ""), ("", ""), ('"', '"'), ("'", "'"), ("“", "”"))
QUOTES_ZH = (("", ""), ("", ""), ("", ""), ('"', '"'), ("“", "”"), ("「", "」"))

GREETINGS_EN = ("Hi", "Hello", "hello there", "Hey", "Hi there", "Good morning", "Good evening", "Good afternoon", "hi nano", "Hello Nano", "How are you", "How do you do", "Yo", "Greetings", "hey nano")
GREETINGS_ZH = ("你好", "您好", "嗨", "你好啊", "早上好", "晚上好", "下午好", "大家好", "哈喽", "你好，Nano", "最近怎么样", "在吗", "你好吗", "早")
IDENTITY_EN = (
    "Who are you", "What are you", "What is your name", "What can you do", "Tell me about yourself", "Introduce yourself", "Are you DeepSeek", "Are you ChatGPT", "What's your name", "Are you a human",
    "Which model are you", "What model is this", "help", "What do you know", "what are you able to do", "Who made you", "what can I ask you",
)
IDENTITY_ZH = (
    "你是谁", "你叫什么名字", "你会什么", "你能做什么", "介绍一下你自己", "你是什么模型", "你是DeepSeek吗", "你是人吗", "你是机器人吗", "你有什么功能", "怎么用", "帮助", "你会做什么", "自我介绍一下", "谁做的你", "我可以问你什么",
)
THANKS_EN = ("Thanks", "Thank you", "thank you very much", "Thanks a lot", "Great, thanks", "thx", "Good job", "Bye", "Goodbye", "See you", "ok", "Nice", "Well done", "cool")
THANKS_ZH = ("谢谢", "谢谢你", "多谢", "非常感谢", "太好了", "再见", "拜拜", "好的", "不错", "真棒", "谢了", "辛苦了")
