//! Chinese: what is left of a question without its politeness has to be the same, sign by sign;
//! what asks, and what may stand anywhere, is taken out before.

use super::{Parts, digits, replaced, says, units};

pub(super) fn parts(text: &str) -> Parts {
    let mut parts = Parts {
        marks: vec!["zh"],
        ..Parts::default()
    };
    let text = fractions(&replaced(text, WORDS));
    let text = units(&how_many(&digits(&text, COUNTERS)), UNITS);
    let text = without_politeness(&replaced(&with_object(&text), PHRASES));
    let text = without_tool(&text, &mut parts.loose);
    let mut text = asked(&text, &mut parts.marks);
    text = without_rule(&text, &mut parts.loose);
    text = without_vehicle(&text, &mut parts.loose);
    text = replaced(&text, LAST);
    text.retain(|letter| says(letter) || letter == ' ');
    text = journey(&text);
    parts.fixed.push(
        conversion(&text)
            .replace("类型转成", "转成")
            .replace("转成", "转"),
    );
    parts
}

/// "将 … 转成" is "把 … 转成".
fn with_object(text: &str) -> String {
    let is_time = ["将来", "即将", "将军", "将要", "将近", "将会", "必将"]
        .iter()
        .any(|word| text.contains(word));
    if is_time {
        text.to_owned()
    } else {
        text.replace('将', "把")
    }
}

/// 几 is 多少 before what is counted, unless it means "some".
fn how_many(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let asks = |at: usize| {
        let before = at
            .checked_sub(1)
            .and_then(|at| letters.get(at))
            .copied()
            .unwrap_or(' ');
        let counts = letters
            .get(at + 1)
            .is_some_and(|next| "个天年次人米元块斤目岁张本小分种层句首".contains(*next));
        letters[at] == '几'
            && counts
            && !"好十百千这那前后近最第过茶".contains(before)
            && !before.is_ascii_digit()
    };
    let with = (0..letters.len()).map(|at| {
        if asks(at) {
            "多少".to_owned()
        } else {
            letters[at].to_string()
        }
    });
    with.collect()
}

/// "Java里…", "在Java中…": the tool stands at the beginning.
fn without_tool(text: &str, loose: &mut Vec<String>) -> String {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "+#.-_ ".contains(letter);
    let start = text.strip_prefix(['在', '用']).unwrap_or(text);
    let end = start.find(|letter| !is_name(letter)).unwrap_or(start.len());
    let (name, rest) = start.split_at(end);
    let inside = ["语言里", "语言中", "里面", "里", "中"]
        .iter()
        .find_map(|word| rest.strip_prefix(word));
    let asks = rest.starts_with("怎么") && start.len() == text.len();
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) || !(asks || inside.is_some())
    {
        return text.to_owned();
    }
    loose.push(name.trim().to_owned());
    inside
        .unwrap_or(rest)
        .trim_start_matches(|letter| !says(letter))
        .to_owned()
}

/// 八分之三 is 3/8.
fn fractions(text: &str) -> String {
    let Some((before, after)) = text.split_once("分之") else {
        return text.to_owned();
    };
    let is_number = |letter: &char| super::value(*letter).is_some();
    let below: Vec<char> = before.chars().rev().take_while(is_number).collect();
    let above: Vec<char> = after.chars().take_while(is_number).collect();
    let below: Vec<char> = below.into_iter().rev().collect();
    match (super::number(&above), super::number(&below)) {
        (Some(upper), Some(lower)) => {
            let before: String = before
                .chars()
                .take(before.chars().count() - below.len())
                .collect();
            let after: String = after.chars().skip(above.len()).collect();
            format!("{before}{upper}/{lower}{after}")
        }
        _ => text.to_owned(),
    }
}

/// The text without what is said to be polite, at its beginning and its end.
fn without_politeness(text: &str) -> String {
    let mut left = text.trim_matches(|letter| !says(letter));
    loop {
        let shorter = LEADS
            .iter()
            .find_map(|lead| left.strip_prefix(lead))
            .or_else(|| TAILS.iter().find_map(|tail| left.strip_suffix(tail)));
        let shorter = shorter.or_else(|| {
            left.strip_suffix('么')
                .filter(|text| !text.ends_with(['什', '怎', '那', '这', '多']))
        });
        match shorter.map(|text| text.trim_matches(|letter| !says(letter))) {
            Some(shorter) if !shorter.is_empty() => left = shorter,
            _ => return left.to_owned(),
        }
    }
}

/// Takes out what is asked for.
fn asked(text: &str, marks: &mut Vec<&'static str>) -> String {
    for (tail, mark) in ASKING_TAILS {
        if let Some(left) = text.strip_suffix(tail) {
            marks.push(mark);
            return left.to_owned();
        }
    }
    // Whoever knows or says why is not asked why.
    if ["知道", "认为", "觉得", "说明", "告诉", "以为"]
        .iter()
        .any(|verb| text.contains(verb))
    {
        return text.to_owned();
    }
    for (word, mark) in ASKING {
        if text.matches(word).count() == 1
            && let Some((before, after)) = text.split_once(word)
            && stands_alone(word, before, after)
        {
            marks.push(mark);
            return format!("{before}{after}");
        }
    }
    text.to_owned()
}

/// Whether a word is not a part of a longer one or of its opposite.
fn stands_alone(word: &str, before: &str, after: &str) -> bool {
    let (ahead, behind) = match word {
        "能" => (
            "不没功性可只智才节效动热太核技职潜官万本异器",
            "力量源耗效级手否",
        ),
        "怎么" => ("不没", "办样回会看说了"),
        _ => ("不没", ""),
    };
    let ends = before.ends_with(|letter| ahead.contains(letter));
    let goes_on = after.starts_with(|letter| behind.contains(letter));
    !ends && !goes_on
}

/// "按中国规则" may stand at the beginning or in the middle.
fn without_rule(text: &str, loose: &mut Vec<String>) -> String {
    for begin in ["按", "用", "依"] {
        for end in ["规则", "标准", "规定", "法律"] {
            if text.matches(begin).count() == 1
                && let Some((before, rest)) = text.split_once(begin)
                && let Some((rule, after)) = rest.split_once(end)
                && (1..=6).contains(&rule.chars().count())
                && rule.chars().all(super::is_ideograph)
                && !before.ends_with(['不', '没', '只', '别'])
            {
                loose.push(format!("按{rule}{end}"));
                return format!("{before}{after}");
            }
        }
    }
    text.to_owned()
}

/// "坐高铁" may stand before or behind the places.
fn without_vehicle(text: &str, loose: &mut Vec<String>) -> String {
    for vehicle in VEHICLES {
        let phrase = format!("坐{vehicle}");
        if text.matches('坐').count() == 1
            && let Some((before, after)) = text.split_once(&phrase)
            && !before.ends_with(['不', '没', '别', '能', '只'])
            && !after.starts_with(['出', '回', '票', '站', '和', '或', '还'])
        {
            loose.push(phrase);
            return format!("{before}{after}");
        }
    }
    text.to_owned()
}

/// "从上海去北京" is "上海到北京".
fn journey(text: &str) -> String {
    let Some(rest) = text.strip_prefix('从') else {
        return text.to_owned();
    };
    if rest.contains('到') {
        rest.to_owned()
    } else {
        rest.replacen('去', "到", 1)
    }
}

/// "把5英尺换算成厘米", "5英尺是多少厘米": the same conversion.
fn conversion(text: &str) -> String {
    let text = text
        .strip_prefix('把')
        .filter(|rest| rest.contains("转成"))
        .unwrap_or(text);
    let text = text
        .strip_prefix("分数")
        .filter(|rest| rest.starts_with(|one: char| one.is_ascii_digit()))
        .unwrap_or(text);
    if let Some((unit, value)) = text
        .split_once('=')
        .filter(|(unit, _)| unit.starts_with("多少"))
    {
        return format!("{value}={unit}");
    }
    if !text.starts_with(|letter: char| letter.is_ascii_digit()) {
        return text.to_owned();
    }
    for (verb, tail) in [("转成", "=多少"), ("转成", "")] {
        if let Some((value, unit)) = text.split_once(verb)
            && let Some(unit) = unit.strip_suffix(tail)
            && !unit.is_empty()
            && unit.chars().count() <= 4
            && unit.chars().all(char::is_alphabetic)
        {
            return format!("{value}=多少{unit}");
        }
    }
    text.to_owned()
}

/// Words for the same.
#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    ("怎么样才能", "怎么"), ("怎样才能", "怎么"), ("如何才能", "怎么"), ("怎么才能", "怎么"), ("应该如何", "怎么"), ("应该怎么", "怎么"), ("应该怎样", "怎么"), ("应如何", "怎么"), ("该如何", "怎么"),
    ("该怎么", "怎么"), ("要怎么", "怎么"), ("要如何", "怎么"), ("可以怎么", "怎么"), ("能怎么", "怎么"), ("怎么去", "怎么"), ("怎样", "怎么"), ("如何", "怎么"), ("咋样", "怎么样"), ("怎么地", "怎么"), ("咋", "怎么"),
    ("为何", "为什么"), ("为啥", "为什么"), ("凭什么", "为什么"), ("干嘛", "为什么"), ("怎么会", "为什么会"), ("什么原因导致", "为什么"), ("啥时候", "什么时候"), ("何时", "什么时候"), ("啥", "什么"), ("哪儿", "哪里"), ("在什么地方", "在哪里"), ("什么地方", "哪里"), ("何处", "哪里"),
    ("是什么意思", "意思"), ("的意思是什么", "意思"), ("什么意思", "意思"), ("的含义是什么", "意思"),
    ("能不能够", "能"), ("能不能", "能"), ("能否", "能"), ("可不可以", "能"), ("可否", "能"), ("是否可以", "能"), ("是否能够", "能"), ("是否能", "能"), ("有没有可能", "能"), ("是否允许", "能"), ("允不允许", "能"), ("可以", "能"), ("能够", "能"), ("会不会", "会"), ("是否会", "会"), ("是不是", "是"), ("是否是", "是"), ("是否", ""), ("该不该", "该"), ("要不要", "要"), ("需不需要", "需要"), ("有没有", "有"), ("算不算", "算"), ("对不对", "对"), ("好不好", "好"), ("应不应该", "应该"),
    ("算是", "算"), ("属于", "算"),
    ("多长时间", "多久"), ("多久时间", "多久"), ("多少时间", "多久"), ("需要花多久", "要多久"), ("要花多久", "要多久"), ("需要多久", "要多久"), ("得花多久", "要多久"), ("得多久", "要多久"), ("花多久", "要多久"), ("大约", ""), ("大概", ""), ("大致", ""), ("究竟", ""), ("到底", ""),
    ("分别等于", "="), ("等于", "="), ("是多少", "=多少"), ("为多少", "=多少"), ("合多少", "=多少"), ("=几", "=多少"), ("相当于多少", "=多少"), ("换算为", "转成"), ("换算成", "转成"), ("转换成", "转成"), ("转换为", "转成"), ("转化为", "转成"), ("转化成", "转成"), ("转变为", "转成"), ("转变成", "转成"), ("转为", "转成"), ("变换成", "转成"), ("换成", "转成"), ("化成", "转成"), ("化为", "转成"), ("变成", "转成"),
    ("成年人", "成人"), ("驾驶执照", "驾照"), ("驾驶证", "驾照"), ("驾驶", "开"), ("手机号码", "手机号"), ("电话号码", "电话号"), ("电子邮件", "邮件"), ("电邮", "邮件"), ("电子邮箱", "邮箱"), ("土豆", "马铃薯"), ("番茄", "西红柿"), ("自行车", "单车"), ("脚踏车", "单车"), ("互联网", "网络"), ("计算机", "电脑"), ("身份证号码", "身份证号"), ("智能手机", "手机"), ("大夫", "医生"), ("老公", "丈夫"), ("老婆", "妻子"), ("爸爸", "父亲"), ("妈妈", "母亲"), ("孩子", "小孩"), ("儿童", "小孩"), ("小孩子", "小孩"), ("宝宝", "婴儿"), ("租赁", "租"), ("猫咪", "猫"), ("狗狗", "狗"), ("快速", "快"), ("立即", "马上"), ("立刻", "马上"), ("购买", "买"), ("售卖", "卖"), ("出售", "卖"), ("使用", "用"), ("利用", "用"), ("运用", "用"), ("制作", "做"), ("烹饪", "做"), ("撰写", "写"), ("编写", "写"), ("创作", "写"), ("书写", "写"), ("删掉", "删除"), ("移除", "删除"), ("去除", "去掉"), ("清除", "去掉"), ("修理", "修"), ("维修", "修"), ("修复", "修"), ("帮助", "帮"), ("治疗", "治"), ("按照", "按"), ("依照", "按"), ("根据", "按"), ("乘坐", "坐"), ("搭乘", "坐"), ("乘搭", "坐"), ("乘高", "坐高"), ("乘火", "坐火"), ("乘飞", "坐飞"), ("乘地铁", "坐地铁"), ("前往", "去"), ("->", "到"), ("要求", "让"),
    ("还没有", "没"), ("还没", "没"), ("尚未", "没"), ("没有到", "没到"), ("未到", "没到"), ("未满", "没满"), ("未经", "没经"), ("以及", "和"), ("与", "和"), ("跟", "和"), ("及其", "和其"),
    ("打败", "打赢"), ("击败", "打赢"), ("战胜", "打赢"), 
    ("的区别是什么", "区别"), ("有什么区别", "区别"), ("有什么不同", "区别"), ("有何区别", "区别"), ("有何不同", "区别"), ("区别在哪里", "区别"), ("的不同之处", "区别"), ("的差别", "区别"), ("的不同", "区别"), ("有哪些区别", "区别"),
];
const COUNTERS: &str = "个只条次天年月日小分秒米厘公斤克岁座位首篇句段行列页章步种件名人元块寸尺英路组层号倍万度升毫束杯勺片颗张本台辆支瓶盒周星";
const UNITS: &[(&str, &str)] = &[
    ("mmol", "mmol"),
    ("毫摩尔每升", "mmol/l"),
    ("毫摩尔/升", "mmol/l"),
    ("公分", "厘米"),
    ("cm", "厘米"),
    ("mm", "毫米"),
    ("km", "公里"),
    ("千米", "公里"),
    ("kg", "公斤"),
    ("千克", "公斤"),
    ("ml", "毫升"),
    ("mg", "毫克"),
    ("摄氏度", "°c"),
    ("℃", "°c"),
    ("华氏度", "°f"),
    ("个小时", "小时"),
    ("周岁", "岁"),
    ("块钱", "元"),
    ("块", "元"),
];
/// Turns of phrase; the longer first.
#[rustfmt::skip]
const PHRASES: &[(&str, &str)] = &[
    ("哪1年", "哪年"), ("几个", "多少个"), ("有多少", "有多少"), ("在哪1个", "在哪个"), ("写个", "写1个"), ("写首", "写1首"), ("写篇", "写1篇"), ("写封", "写1封"), ("写1条", "写1个"), ("写条", "写1个"), ("写段", "写1段"), ("作1首", "写1首"), ("来1首", "写1首"), ("来1个", "写1个"), ("给我1个", "写1个"), ("给我1", "写1"), ("做题目", "为题"), ("作题目", "为题"),
];
/// How a question begins that is asked politely.
#[rustfmt::skip]
const LEADS: &[&str] = &[
    "请问一下", "请问", "请教一下", "请教", "我想问一下", "我想问下", "我想问", "想问一下", "想问下", "想问", "问一下", "问下", "我想知道", "想知道", "我想了解", "想了解一下", "你能告诉我", "能告诉我", "能告诉", "你知道", "请告诉我", "告诉我", "麻烦你", "麻烦您", "麻烦", "您好", "你好", "大家好", "各位", "请你", "请您", "请帮我", "请帮忙", "请", "帮我", "帮忙", "给我讲讲", "说说", "讲讲", "谁知道", "有人知道", "能帮我", "你能帮我", "能请你", "能给我", 
];
#[rustfmt::skip]
const TAILS: &[&str] = &[
    "谢谢你", "谢谢您", "谢谢", "多谢", "拜托了", "拜托", "急", "在线等", "吗", "呢", "啊", "呀", "吧", "哦", "嘛", "的", "请写", "来着",
];
/// What asks at the end.
const ASKING_TAILS: &[(&str, &str)] = &[
    ("的原因是什么", "why"),
    ("的原因有哪些", "why"),
    ("的原因", "why"),
    ("是什么原因", "why"),
    ("的理由", "why"),
    ("是为什么", "why"),
    ("为什么", "why"),
    ("的方法是什么", "how"),
    ("的方法有哪些", "how"),
    ("的方法", "how"),
    ("的办法", "how"),
    ("的步骤", "how"),
    ("的步骤是什么", "how"),
    ("有什么方法", "how"),
    ("有什么办法", "how"),
    ("怎么做", "how"),
    ("怎么弄", "how"),
    ("能", "can"),
    ("行不行", "can"),
    ("能不", "can"),
];
/// What asks in the middle.
const ASKING: &[(&str, &str)] = &[
    ("为什么会", "why"),
    ("为什么", "why"),
    ("怎么", "how"),
    ("能", "can"),
];
const VEHICLES: &[&str] = &[
    "高铁",
    "火车",
    "飞机",
    "地铁",
    "公交车",
    "公交",
    "大巴",
    "汽车",
    "轮船",
    "船",
    "动车",
    "出租车",
];
/// What is left out when all else is read.
const LAST: &[(&str, &str)] = &[
    ("指的是什么", ""),
    ("是什么", ""),
    ("的", ""),
    ("一下", ""),
    ("这个", ""),
    ("一共", ""),
];
