"""How people ask, as patterns of `grammar`. Names in braces are filled in after a phrasing is chosen."""

EN_OPENERS = (
    "", "", "", "", "", "", "", "[Please|please] ", "[Hi|Hello|Hey][,| Nano,|!] ", "Quick question: ", "[Can|Could] you tell me[:|,|] ", "Could you help? ", "Tell me: ",
    "I need to know: ", "I have a question. ", "[OK|Ok|Okay|Now|And|So|Next|Well|Then|Great][,|:] ", "Help me with this: ", "One more: ", "My [teacher|friend] asks: ", "Thanks! ",
)
EN_CLOSERS = ("", "", "", "", "?", "?", "?", "?", ".", "[,|] please[.|?|]", " ?", "!", "? [Thanks|Thank you][!|.]", "\n", "?\n", "[.|?] Think step by step.", "[.|?] Be careful.", "??", "...", "? [Quick|Explain]!")
ZH_OPENERS = (
    "", "", "", "", "", "", "", "请问[，|：|]", "你好[，|！|]", "请", "[请|]帮我[算|看|想]一下[：|，|]", "我想知道[，|：|]", "[请|]告诉我[：|，|]", "[那么|那|现在|然后][，|]", "再来一[个|题][：|，]", "好的，", "谢谢！",
    "[下一题|问题][：|，]", "老师问[：|，]", "考考你[：|，]",
)
ZH_CLOSERS = ("", "", "", "", "？", "？", "？", "？", "?", "。", "呢？", "[？|，]谢谢[！|。|]", "！", "\n", "[？|。]请一步一步想。", "[？|。]请仔细[算|想]。", "[？|，]快", "？？", "……")

# Wordless questions: plain ASCII is answered in English, full-width signs in Chinese.
ADD_EN = (
    "{a}[ + |+| +|+ ]{b}[| =|=|= ]", "[what is|what's|whats|what does] {a}[ + |+] {b}[| equal| equals| make]", "[compute|calculate|work out|evaluate|find|solve|do|give me|tell me|figure out] {a}[ + |+]{b}",
    "[what is|what's|how much is|how many is|calculate|compute|find|] {a} [plus|added to|and] {b}[| together| in total]", "[add|please add|you add|let's add|sum] [{a} and {b}|{a} to {b}|{b} to {a}|{b} and {a}|{a} with {b}|the numbers {a} and {b}]",
    "[what is|what's|find|compute|calculate|give me|tell me|] [the|a] [sum|total] of {a} and {b}", "[how much|what] [do|will|would] [you|I|we] [get|have] [if|when] [you|I|we] add [{a} and {b}|{b} to {a}]",
    "[I have|there are|we start with|take] {a}[,| and] [and |][I |we |]add {b}[,|.] [how much|how many|what] is [that|it]", "[how much|what|how many] is {a}[+| + ]{b}", "{a} and {b}[,|:] [what is|what's|find] [the|their] [sum|total]",
    "[how much|how many] [do|does|are|is] {a} [and|plus] {b} [make|come to|add up to]", "[sum|total|addition][:| of|] {a}[, | + | and ]{b}", "increase {a} by {b}", "[what number is|which number is] {b} more than {a}",
)
ADD_ZH = (
    "{a}[＋| ＋ |+]{b}[＝？|＝|是？|等于？|＝?|等于|得|是]", "{a}[+| + |加|加上| 加 ]{b}[等于|是|得|=|一共是|等于几|共]多少", "{a}[+| + |加|加上]{b}[等于几|是几|得几|的结果|的和|是什么|等于什么]",
    "[计算|算一下|算算|求|算|试算|请计算|求出|来算]{a}[+| + |加|加上|与]{b}[|的和|的结果|的值]", "[求|算|计算|告诉我|]{a}[与|和|跟|、]{b}[的和|之和|的总和|的合计][|是多少|等于多少|是几|等于几]",
    "{a}[与|和|跟|、]{b}[加起来|相加|合起来|加在一起|合计|一共][|是多少|等于多少|等于几|得多少|有多少]", "{a}再加[|上]{b}[|得多少|是多少|等于多少|有多少|呢]", "[把|将]{a}[和|与|跟|、]{b}[加起来|相加|加在一起][|是多少|等于多少|得多少]",
    "比{a}[多|大]{b}的数[|是多少|是几|是什么]", "{a}增加{b}[|是多少|等于多少|得多少|以后是多少|后是多少]", "加法[：|题：|]{a}[+|加]{b}", "[如果|]{a}加[了|上]{b}[，|]结果[是多少|是什么|呢]",
)
# Prompts that people try first: a small sum alone; s is its sign.
QUICK_EN = ("{a}{s}{b}[|||=|?|=?| =|= ]", "{a} {s} {b}[||=|?| =| = ?]")
QUICK_ZH = ("{a}{s}{b}[等于几|等于多少|是多少|是几|＝？|＝|=？|？]",)
SUB_EN = (
    "{a}[ - |-| -|- | − |−]{b}[| =|=|= ]", "[what is|what's|whats|what does] {a}[ - |-| − ]{b}[| equal| equals| make]", "[compute|calculate|work out|evaluate|find|solve|do|give me|tell me|figure out] {a}[ - |-]{b}",
    "[what is|what's|how much is|calculate|compute|find|] {a} [minus|less|take away] {b}", "[subtract|please subtract|take|take away|deduct|remove] {b} from {a}", "[what is|what's|find|compute|calculate|give me|] {a} [with {b} taken away|after subtracting {b}|reduced by {b}|decreased by {b}]",
    "[how much|what] [do|will|would] [you|I|we] [get|have] [if|when] [you|I|we] [subtract|take|take away] {b} from {a}", "[I have|there are|we start with|start with] {a}[,| and] [and |][I |we |][take away|give away|lose|remove] {b}[,|.] [how much|how many|what] [is|are] left",
    "what [remains|is left|is left over] [if|when] [you|I|we] [take|subtract|remove] {b} from {a}", "take {b} away from {a}", "[decrease|reduce] {a} by {b}", "[how much|what] is [left of {a} after taking away {b}|{a}-{b}|{a} - {b}]",
    "[what number is|which number is] {b} less than {a}", "{a} [minus|take away] {b}[ is what| equals| makes| is|]", "[subtraction|minus][:| of|] {a}[ - |-| minus ]{b}",
)
SUB_ZH = (
    "{a}[－|减| － ]{b}[＝？|＝|是？|等于？|得|等于|是]", "{a}[-| - |减|减去| 减 |减掉]{b}[等于|是|得|=|还有|等于几|还剩]多少", "{a}[-| - |减|减去|减掉]{b}[等于几|是几|得几|的结果|的差|是什么|等于什么|剩几|还剩几]",
    "[计算|算一下|算算|求|算|试算|请计算|求出|来算]{a}[-| - |减|减去|减掉]{b}[|的差|的结果|的值]", "[求|算|计算|告诉我|]{a}[与|和|减]{b}[的差|之差][|是多少|等于多少|是几|等于几]",
    "[从|在]{a}[里|中|里面|当中][减去|拿走|去掉|减掉|拿掉|扣掉]{b}[|还剩多少|剩多少|还有多少|等于多少|是多少]", "{a}[去掉|拿走|拿掉|扣掉|少了|用掉]{b}[还剩多少|还剩几|剩多少|剩几|还有多少|是多少|等于多少]", "[把|将]{a}减[去|掉]{b}[|是多少|等于多少|得多少]",
    "比{a}[少|小]{b}的数[|是多少|是几|是什么]", "{a}减少{b}[|是多少|等于多少|得多少|以后是多少|后是多少]", "减法[：|题：|]{a}[-|减]{b}", "[如果|]{a}减[了|去|掉]{b}[，|]结果[是多少|是什么|呢]",
)
MUL_EN = (
    "{a}[ * |*| x | × |×|x]{b}[| =|=|= ]", "[what is|what's|whats|what does] {a}[ * |*| x | × |×]{b}[| equal| equals| make]", "[compute|calculate|work out|evaluate|find|solve|do|give me|tell me|figure out] {a}[ * |*| × | x | times ]{b}",
    "[what is|what's|how much is|how many is|calculate|compute|find|] {a} [times|multiplied by|multiplied with] {b}", "[multiply|please multiply|let's multiply] [{a} by {b}|{a} and {b}|{a} with {b}|{b} by {a}|the numbers {a} and {b}]",
    "[what is|what's|find|compute|calculate|give me|] the product of {a} and {b}", "[how much|what] [do|will|would] [you|I|we] [get|have] [if|when] [you|I|we] multiply [{a} and {b}|{a} by {b}]", "[how much|what|how many] [are|is] {a} times {b}",
    "{a} and {b}[,|:] [what is|what's|find] [the|their] product", "[product|multiplication][:| of|] {a}[, | × | and | * ]{b}", "{a} times {b}[ is what| equals| makes| is|]",
)
MUL_ZH = (
    "{a}[×|乘| × |＊]{b}[＝？|＝|是？|等于？|得|等于|是]", "{a}[×| × |乘|乘以|*| 乘 |乘上]{b}[等于|是|得|=|一共是|等于几]多少", "{a}[×| × |乘|乘以|乘上|*]{b}[等于几|是几|得几|的结果|的积|是什么|等于什么]",
    "[计算|算一下|算算|求|算|试算|请计算|求出|来算]{a}[×| × |乘|乘以|*]{b}[|的积|的结果|的值]", "[求|算|计算|告诉我|]{a}[与|和|跟|、|乘]{b}[的积|的乘积|之积|乘积][|是多少|等于多少|是几|等于几]",
    "{a}[与|和|跟|、]{b}相乘[|是多少|等于多少|等于几|得多少]", "[把|将]{a}[和|与|跟|、]{b}[乘起来|相乘][|是多少|等于多少|得多少]", "{a}的{b}倍[|是多少|等于多少|是几]", "{b}个{a}[|是多少|等于多少|一共是多少|加起来是多少|相加是多少]", "乘法[：|题：|]{a}[×|乘|*]{b}",
)
WHICH_EN = (
    "[which|what] is {c}[, |: |; ]{a} or {b}", "[which|what] [number|one|value|of these|of the two|of them] is {c}[, |: |; | - ]{a} or {b}", "{a} or {b}[, |: |; | - ][which|which one|what] is {c}", "[what's|whats|which's|which one's] {c}[, |: | ]{a} or {b}",
    "[of|between|out of|from] {a} and {b}[, |: | ][which|what] is [the |]{c}[| one| number]", "[find|name|tell me|give me|pick|choose|say|] [the|which is] {c} [of|number:|number of|one of|one:] {a} and {b}", "{a} vs[.|] {b}[, |: |; ][which|what] is {c}", "[is|what's] {c}[: |, ]{a} or {b}",
)
COMPARE_EN = (
    "[compare|please compare|can you compare|let's compare] {a} [and|with|to|against|versus] {b}", "{a}[ | - |: |, ][vs|vs.|v.|or|versus|against|compared to|compared with] {b}[| compared|, compare|, compare them]", "compare [the numbers|these two numbers:|the two numbers|these:|] {a} and {b}", "[comparison|compare]: {a}[, | and | vs ]{b}", "how do {a} and {b} compare", "how does {a} compare [to|with] {b}",
)
IS_EN = ("is {a} {c} than {b}", "is it true that {a} is {c} than {b}", "[do you think|would you say|can you say|am I right that|I think] {a} is {c} than {b}", "{a} is {c} than {b}[, right|, isn't it|, true or false|, correct|, yes or no]", "[check|check whether|check if|tell me if|tell me whether|say whether] {a} is {c} than {b}", "is {a} [really|actually|indeed|also] {c} than {b}", "[true or false|yes or no|right or wrong]: {a} is {c} than {b}", "is {a} {s} {b}")
LARGER_WORDS_EN = ("larger", "bigger", "greater", "more", "higher")
SMALLER_WORDS_EN = ("smaller", "less", "lower", "the smaller one", "littler")
WHICH_ZH = (
    "{a}[和|与|跟|、|还是| 和 |及]{b}[，| |]哪[个|一个|个数|个数字|一个数][|更|比较]{c}", "{a}[和|与|跟|、]{b}[，|]谁[|更|比较]{c}", "{a}{c}还是{b}{c}", "[哪个|哪个数|哪一个|谁|哪个数字][|更|比较]{c}[，|：|]{a}还是{b}", "{a}[和|与|、]{b}[中|里|当中|之中|里面][，|]?[|更|较|比较]{c}的[是哪个|是|数是哪个|是谁|是多少|那个是]",
    "[找出|选出|说出|给出|指出]{a}[和|与|、]{b}[中|里|当中]?[更|较|比较]{c}的[|数|那个|一个]", "{a}跟{b}比[，|]?[谁|哪个|哪一个][|更]{c}",
)
COMPARE_ZH = ("比较[一下|下|]{a}[和|与|跟|、]{b}[|的大小]", "{a}[和|与|跟|、]{b}比[一比|比大小|较大小|较]", "[比比|比一比|对比|比较大小][：|，|]{a}[和|与|跟|、]{b}", "{a}[和|与|跟]{b}的大小[|关系|比较|怎么样]", "[请|]?[把|将]?{a}[和|与]{b}?[拿来|]比[较|一下]")
IS_ZH = ("{a}比{b}[|更|还|要]{c}[吗|么|，对吗|，是吗|，对不对|，是不是|对吧]", "{a}[是不是|是否|会不会|真的]比{b}[|更|还|要]{c}[|吗]", "[你觉得|你说|你认为|我觉得|难道|判断一下：|判断：]{a}比{b}[|更|还|要]{c}[吗|么|，对吗|，对不对]", "{a}{s}{b}[吗|么|，对吗|，对不对|是吗]", "{a}和{b}比[，|]是不是{a}[|更]{c}")
COUNT_EN = (
    "how many [{c}'s|{c}s|{c}|times {c}|letters {c}|letter {c}s|\"{c}\"s|\"{c}\"|'{c}'s|{c}'s letters] [are|are there|occur|do you see|do you find|can you find|can you count|appear] in [the word |the name |]{w}",
    "how [many times|often] does [the letter |the character |letter |]{c} [appear|occur|come up|show up|come|turn up] in [the word |the name |]{w}", "[count|please count|count up|you count|can you count] [the |][{c}'s|letter {c}|letters {c}|{c}|occurrences of {c}] in [the word |]{w}", "[count|count up|tally|tally up|add up|find|check|tell me] [the |all |every |how many |][{c}|{c}'s|letter {c}] [in|of|inside|within] [the word |the name |]{w}",
    "how many [{c}'s|{c}|{c}s] [does|has|do] [the word |]{w} [have|contain|got|hold]", "[in|for] [the word |]{w}[, |: ]how many [{c}'s|{c}s|times {c}|letters {c}] [are there|do you see|occur|appear|are]", "[the |][number|count|frequency] of [the letter |letter |][{c}|{c}'s] in [the word |]{w}",
    "what is the [number|count] of [the letter |][{c}|{c}'s] in [the word |]{w}", "how many [{c}|{c}'s|{c}s] in [the word |]{w}", "{w}[: |, ]how many [{c}'s|{c}|{c}s|letters {c}]",
)
COUNT_ZH = (
    "[单词|英文单词|]?{w}[ |]?[里|中|里面|当中|这个词里|这个单词里|这个单词中][ |]?[有|含有|出现了|一共有|共有|包含][几个|多少个|几次|多少][ |]?[字母|]?[ |]?{c}", "[字母|]?[ |]?{c}[ |]?在[ |]?[单词|]?{w}[ |]?[里|中|里面][出现|出现了|有][几次|多少次|几个|多少个]",
    "[请|]?[数一数|数数|数一下|数出|数]?[ |]?{w}[ |]?[里|中|里面|这个词里]?[的|有几个|有多少个|有几个字母|有多少个字母][ |]?{c}[|的个数|的数量|的次数]", "{w}[ |]?[有|含|包含|含有|总共有][几个|多少个|几个字母|多少个字母][ |]?{c}", "[统计|计算|求|数出][ |]?{w}[ |]?[中|里][字母|]?[ |]?{c}[ |]?[的|出现的][个数|数量|次数]",
    "[在|从]?[ |]?{w}[ |]?[里|中|里面][，|]?[ |]?{c}[ |]?[有几个|有多少个|出现几次|出现了几次|一共有几个]",
)
MOST_EN = (
    "[what is|what's|which is|find|give me|name|tell me|pick|which number is] the {c} [of|among|in|out of|number in|number of|number among|one of|value of|one among] {l}", "{l}[: |, which is |; which is |. Which is ]the {c}[| number| one]", "which [of|of these|of the numbers|number of|of these numbers|one of][:|] {l} is [the |]{c}",
    "[out of|among|of|from|in] {l}[, |: ][which|what] [is|one is|number is] the {c}[| one]", "[the |]{c}[| number| one][:| of| among|?] {l}", "[say|show|write|output|return|determine] the {c} [of|among|number of] [these|the numbers|the following|these numbers][:|] {l}",
)
MOST_WORDS_EN = {True: ("largest", "biggest", "greatest", "maximum", "highest"), False: ("smallest", "least", "minimum", "lowest")}
MOST_ZH = (
    "{l}[中|里|当中|这些数里|里面|之中|这几个数中|这几个数里][，|]?[最|哪个最|哪个数最|谁最|哪个数字最|哪一个最]{c}[|的是哪个|的是|的数是哪个|的数是|的是多少|的数]", "[找出|选出|求|求出|说出|指出|给出|找][ |]?{l}[ |]?[中|里|当中|里面]?[的|]最{c}[值|的数|的|数]", "{l}[，|：|；| ][哪个|哪个数|谁|哪一个|哪个数字]最{c}", "[哪个|哪个数|谁|哪一个|哪个数字]最{c}[：|，|？]{l}", "最{c}[值|的数|的][：|是|是哪个：]{l}", "[这些数|这几个数|下面的数][里|中]?[哪个|哪个数|谁]最{c}[：|，]{l}",
)
SORT_EN = (
    "[sort|order|arrange|put|rank|please sort|can you sort|line up] {l} [{d}|in {d} order]", "[sort|order|arrange|rank][:| these:| the numbers| these numbers:| the following:] {l}[, |; ]{d}", "{l}[: |, |; ][sort|order|arrange] [them|these|it] {d}", "{l} [sorted|ordered|arranged] {d}", "[what is|what's|give me|show me|write|list] {l} [sorted|in order|ordered|arranged] {d}", "[list|write|give|show] [the numbers |] {l} [sorted |in order |]{d}",
)
SORT_WORDS_EN = {True: ("from smallest to largest", "from small to large", "ascending", "in ascending order", "in increasing order", "from low to high", "from least to greatest", "smallest first"), False: ("from largest to smallest", "from large to small", "descending", "in descending order", "in decreasing order", "from high to low", "from greatest to least", "largest first")}
SORT_PLAIN_EN = ("[sort|order|arrange|put in order|rank|please sort|can you sort][:| these:| the numbers| these numbers:| the following:|] {l}", "{l}[: |, |; ][sort|order|arrange] [them|these|it]", "[sort|order|arrange] the [list|numbers|values][:|] {l}")
SORT_ZH = (
    "[把|将|请把|请将][ |]?{l}[ |]?[{d}|按{d}|按照{d}|{d}地]?[排列|排序|排好|排一下|排一排|排起来]", "{l}[，|：|；| ][{d}|按{d}|按照{d}][排列|排序|排好|排一下|怎么排|怎样排]", "[{d}|按{d}|按照{d}][排列|排序|排一下|排好][：|，|]{l}", "[给|帮|替]?{l}[，|][排序|排个序|排个队|排排队][，|]{d}", "{l}{d}[是什么|怎么排|的顺序|的顺序是什么|是怎样的]",
)
SORT_WORDS_ZH = {True: ("从小到大", "由小到大", "从低到高", "升序", "从最小到最大"), False: ("从大到小", "由大到小", "从高到低", "降序", "从最大到最小")}
SORT_PLAIN_ZH = ("[把|将|请把|请将|给|帮我给|帮我把][ |]?{l}[ |]?[排序|排个序|排好顺序|排列一下|排一下]", "{l}[，|：|；| ][排序|排个序|排一下|请排序]", "[排序|请排序|排个序|排列][：|，|]{l}")
PARITY_EN = (
    "is {a} [even or odd|odd or even|an even or an odd number|an odd or an even number]", "{a}[: |, |; ][even or odd|odd or even|is it even or odd|is it odd or even]", "[tell me|say|check|determine|find out|decide] [if|whether] {a} is [even or odd|odd or even]", "[is the number|would you call|is] {a} [even or odd|odd or even|even, or is it odd]",
    "[even or odd|odd or even|what is it, even or odd|parity of|the parity][:|?] {a}", "what is the parity of {a}", "[which is|what is] {a}[, |: ][even or odd|odd or even]", "[is|so is|and is] the number {a} [even|odd]", "is {a} [an |][even|odd][| number]", "[do you know|can you tell|can you say] [if|whether] {a} is [even|odd|an even number|an odd number|even or odd]",
)
PARITY_ZH = (
    "{a}[是|]?[奇数还是偶数|偶数还是奇数|单数还是双数|双数还是单数]", "{a}[是不是|是否是|是否为|算不算|是][偶数|奇数|双数|单数][|吗|么]", "[判断|判断一下|看看|说说|说一下|告诉我|想想]{a}[的奇偶性|是奇数还是偶数|是偶数还是奇数|的奇偶|是奇是偶]", "{a}[的奇偶性|是奇是偶|奇偶性][|是什么|怎样|如何]", "[奇数还是偶数|偶数还是奇数|单数还是双数|奇偶判断][：|，|？]{a}", "数[字|]?{a}[是|属于][奇数还是偶数|偶数还是奇数|奇数|偶数|哪一种，奇数还是偶数][|吗]",
)
DIVISIBLE_EN = (
    "is {a} [divisible by|evenly divisible by|a multiple of|exactly divisible by] {b}", "[can|could] [you divide {a} by {b} evenly|{a} be divided by {b}|{a} be divided evenly by {b}|{a} be divided exactly by {b}|we divide {a} by {b} without a remainder|you divide {a} by {b} without remainder]", "does {b} [divide|go into|evenly divide|exactly divide] {a}[| evenly| exactly]", "is {b} a [factor|divisor] of {a}",
    "[check|tell me|say|determine|find out|decide] [if|whether] {a} is [divisible by|a multiple of] {b}", "[check|tell me|say|determine|find out|decide] [if|whether] {b} [divides {a}|is a factor of {a}|goes into {a}]", "{a}[: |, |; ][is it |]divisible by {b}", "{a} divisible by {b}",
)
DIVISIBLE_ZH = (
    "{a}[能|能不能|能否|可以|可不可以|可否]被{b}整除[|吗|么]", "{b}[能|能不能|能否|可以|可不可以]整除{a}[|吗|么]", "{a}是[不是|否是|]?{b}的倍数[|吗|么]", "{b}是[不是|否是|]?{a}的[因数|约数][|吗|么]", "[判断|判断一下|看看|检查|说说|告诉我]{a}[能不能|能否|是否能|可不可以]被{b}整除", "{a}[除以|÷]{b}[除得尽|能除尽|能整除|能不能除尽][|吗|么]",
)
QUOTES_EN = (("", ""), ("", ""), ("", ""), ('"', '"'), ("'", "'"), ("“", "”"))
QUOTES_ZH = (("", ""), ("", ""), ("", ""), ('"', '"'), ("“", "”"), ("「", "」"))

GREETINGS_EN = (
    "[hi|hello|hey|hiya|hello hello|hi hi|yo|howdy|greetings|hallo][| there| nano| Nano| you| friend| everyone| again| my friend| robot| little one| model][|,| -][| how are you| how are you doing| nice to meet you| good to see you| what's up| how is it going]",
    "good [morning|evening|afternoon|day|night][| nano| to you| there| everyone| my friend| again][|, how are you]", "how [are you|are you doing|do you do|is it going|are things|have you been|do you feel][| today| nano| now| my friend]", "[what's up|sup|nice to meet you|pleased to meet you|good to see you|long time no see][| nano| there| again]",
    "[hi|hello|hey|hiya|hello there|hey there|hi there|yo|howdy|greetings|morning|evening|good morning|good evening|hello world|anyone there|anybody there|are you there]",
)
GREETINGS_ZH = (
    "[你好|您好|嗨|哈喽|哈啰|嘿|你们好|大家好|喂|你好你好|哈罗][|啊|呀|，Nano|，小家伙|，朋友|，小模型|，机器人|吗][|，很高兴认识你|，最近怎么样|，最近好吗|，在吗|，今天好吗]", "[早上|上午|中午|下午|晚上|大家早上|早][好|安|好啊|好呀][|，Nano|，朋友|，小模型]", "[最近|今天|近来|这几天|你]?[怎么样|好吗|还好吗|过得好吗|如何|忙吗][|，Nano|，朋友]", "[在吗|在不在|有人吗|早|早安|晚安|你在吗|很高兴认识你|好久不见|见到你很高兴][|，Nano|，朋友|啊]",
)
IDENTITY_EN = (
    "[who|what] [are you|is this|am I talking to|are you exactly|are you really|exactly are you][| nano| today| anyway| please]", "[what is|what's|tell me|say|may I know] your [name|real name|full name|model|version|job|purpose]", "what can you [do|do for me|help with|help me with|answer|solve|actually do][| exactly| please| today]", "[tell me|say something|talk|tell us|tell me more|write something] about [yourself|you|your abilities|who you are]",
    "[introduce|describe|explain] yourself[| please| briefly| in one sentence| to me]", "are you [DeepSeek|ChatGPT|GPT|Claude|Gemini|a human|a robot|a person|an AI|a language model|real|alive|human|R1|DeepSeek R1|a machine|Llama|Qwen|a computer|conscious]", "[which|what|what kind of|which kind of|what sort of] [model|AI|program|assistant|machine|bot] [are you|is this|am I talking to|do I talk to]",
    "[help|help me|what now|instructions|usage|manual|user guide|how do I use this|how do I use you|how to use this|how do you work|how does this work|what should I ask|what can I ask][| please| you| here]",
    "[help|instructions|usage|manual|guide|about|info|commands|features|examples|tutorial|abilities|who|nano|what now|how to start|getting started|user manual|about you|your name|what is this]", "[show|show me|give me|I need|where is|is there a][| the| some| your] [help|manual|guide|instructions|examples]", "[usage|instructions|commands|examples|help|info|manual][ info| please| page| here]", "[who|which company|which team|what company] [made|built|trained|created|wrote|developed|programmed] you", "[what|which things|what things] [do you know|are you able to do|are you capable of|are you good at|can I ask you|do you do|are you for|should I ask you]", "how [big|large|small|old|smart|clever] are you", "do you [know everything|think|have a name|have feelings|understand me|speak Chinese|speak English|need the internet|run offline]",
    "[can|do] you [really |actually |][think|reason|feel|learn|understand|sleep|dream|remember|see|hear|count|add|multiply|talk|speak|read|work offline|hear me|think for yourself|like numbers|ever sleep][| too| at all| yet|]",
)
IDENTITY_ZH = (
    "[你|您][是谁|是什么|叫什么|叫什么名字|的名字是什么|是什么模型|是什么东西|是哪个模型|是哪位|贵姓|是谁呀][|呢|啊]", "[你|您][会什么|能做什么|会做什么|能干什么|可以做什么|有什么功能|有什么本事|有什么能力|擅长什么|能帮我做什么|都会些什么|能回答什么][|呢|啊|吗]", "[介绍|说说|讲讲|谈谈|描述|介绍介绍|聊聊][一下|]?[你|你自己|自己|您自己|你的功能|你的能力]", "[请|]?自我介绍[一下|]?[吧|]",
    "你是[DeepSeek|ChatGPT|GPT|人|机器人|人工智能|真人|大模型|语言模型|R1|人类|程序|电脑|通义千问|Claude|活的][吗|么|，对吗|，是吗]", "[谁|哪个公司|哪家公司|什么人|哪个团队][做的|造的|训练的|开发的|创造的|写的|发明的]?你", "[怎么用|帮助|使用说明|说明|怎么用你|怎样使用|怎么使用|有什么用|怎么玩|用法][|呢|啊|吗]", "我[可以|能|应该|该]?[问|问你|让你做|叫你做|请你做]什么", "你[有多大|多大了|几岁了|聪明吗|有多聪明|懂什么|知道什么|会思考吗|有名字吗|会中文吗|会英文吗|会英语吗|会说中文吗|会说英文吗|会说英语吗|懂中文吗|懂英文吗|需要联网吗]",
)
THANKS_EN = (
    "[thanks|thank you|thx|many thanks|thank you so much|thanks a lot|thank you very much|cheers|ty][| nano| again| for that| for your help| for the answer| my friend]", "[great|good|nice|well done|cool|perfect|awesome|wonderful|excellent|good job|very good|amazing|lovely][|, thanks|, thank you| job| work| nano| answer]", "[bye|goodbye|see you|bye bye|see you later|good bye|ciao|farewell|talk to you later][| nano| later| tomorrow| then| my friend]", "[ok|okay|alright|fine|got it|I see|understood|that's right|correct|right][|, thanks|, thank you| then| nano|, great|, bye]",
    "[thanks|thank you|thx|cheers|ty|bye|goodbye|ciao|farewell|see you|great|good|nice|cool|perfect|awesome|wonderful|excellent|amazing|lovely|fantastic|brilliant|super|superb|neat|sweet|impressive|splendid|bravo|wow|well done|ok|okay|alright|fine|right|correct|exactly|true|yes|sure|got it|I see|interesting|not bad|congratulations]",
    "[that is|that's|this is|it's|it is|you are|you're|how|so|very|really] [nice|great|good|cool|perfect|awesome|wonderful|excellent|amazing|lovely|fantastic|brilliant|superb|neat|sweet|impressive|right|correct|clever|smart|fine|fun][| nano| indeed| of you|]", "[nice|great|good|cool|excellent|fantastic|brilliant|impressive|lovely] [one|work|job|answer|thinking|try|stuff|reply][| nano| again| indeed|, thanks]", "[see you|see ya|bye|take care|goodbye][ soon| later| then| nano| tomorrow| again]", "[I|we] [like|love|appreciate] [it|that|you|this|your answer|your help][| nano| a lot|]",
)
THANKS_ZH = (
    "[谢谢|多谢|感谢|谢了|非常感谢|太感谢了|谢谢谢谢|谢啦|十分感谢][|你|你了|Nano|你的帮助|你的回答|啊|您]", "[太好了|不错|真棒|很好|真好|厉害|太棒了|答得好|做得好|真聪明|好厉害|棒][|，谢谢|，谢谢你|啊|，辛苦了|，再见]", "[再见|拜拜|回头见|下次见|明天见|走了|我走了|再会][|，Nano|，谢谢|了|啊|，朋友]", "[好的|好|行|知道了|明白了|对|没错|懂了|辛苦了|原来如此][|，谢谢|，谢谢你|，再见|，明白|，辛苦了]",
)
