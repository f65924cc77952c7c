//! Questions whose answer is another one each time: about now and here, about what was said
//! before, about chance.

/// Whether a message asks for something that no earlier answer can be.
pub(super) fn is_of_the_moment(message: &str) -> bool {
    /// What somebody asks for stands at the beginning or the end, not in a long text between.
    const LOOKED_AT: usize = 600;
    let small = message.to_lowercase().replace('’', "'");
    let count = small.chars().count();
    let looked_at: String = if count <= 2 * LOOKED_AT {
        small
    } else {
        let start: String = small.chars().take(LOOKED_AT).collect();
        let end: String = small.chars().skip(count - LOOKED_AT).collect();
        start + " " + &end
    };
    let mut spaced = String::with_capacity(looked_at.len() + 2);
    spaced.push(' ');
    for letter in looked_at.chars() {
        spaced.push(if letter.is_alphanumeric() || letter == '\'' { letter } else { ' ' });
    }
    spaced.push(' ');
    let spaced = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let spaced = format!(" {spaced} ");
    WORDS.iter().any(|word| spaced.contains(&format!(" {word} ")))
        || SIGNS.iter().any(|signs| looked_at.contains(signs))
}

/// Words and turns of phrase between spaces.
const WORDS: &[&str] = &[
    // Time and date.
    "today", "today's", "tonight", "tonight's", "tomorrow", "yesterday", "now", "right now",
    "currently", "current", "at the moment", "these days", "so far", "this week", "this week's",
    "this weekend", "next weekend", "next week", "last week", "this month", "next month",
    "last month", "this year", "last year", "this morning", "this afternoon", "this evening",
    "what time is it", "what's the time", "time is it", "the time in", "what day is it",
    "what date", "the date", "what year is it", "which week of the year", "how long until",
    "how long till", "how many days until", "how many days till", "days ago", "weeks ago",
    "months ago", "hours are left", "days are left", "how long has it been", "how long ago",
    "since the", "before midnight", "until midnight", "am i late", "too late to call",
    "new year's eve", "sunset", "sunrise", "sun set", "sun rise", "full moon", "new moon",
    "moon phase", "high tide", "low tide", "daylight saving",
    // News, weather, prices, scores.
    "news", "headlines", "latest", "newest", "recent", "recently", "trending", "going on in the world",
    "weather", "forecast", "temperature outside", "raining", "umbrella", "air quality",
    "pollen count", "uv index", "stock", "stocks", "share price", "stock price", "exchange rate",
    "interest rates", "mortgage rates", "rates are", "bitcoin", "market open", "cheapest flight",
    "price of", "cost at the moment", "score in", "the score", "who's winning", "who is winning",
    "who won", "standings", "what lap", "league table", "in cinemas", "on tv", "on the radio",
    "what's playing", "what song is this", "what is this song", "box office",
    "who is the president", "who's the president", "prime minister", "how many people live",
    "still alive", "is it leap year", "is it a leap year",
    // Here.
    "where am i", "near me", "nearby", "near here", "around here", "closest", "nearest", "like here",
    "this stop", "my way", "my location", "my ip", "ip address", "traffic", "traffic on", "road closures",
    "next bus", "next train", "next tram", "next flight", "landed yet", "delayed", "is the museum open",
    "still open", "open now", "opening hours", "open on sunday", "has flight", "my package",
    "my parcel", "my order",
    // State of a machine.
    "is down", "down for", "my battery", "battery have i", "battery do i", "my cpu", "my download",
    "my disk", "my computer doing", "finished yet", "done yet", "is it done", "new emails", "unread",
    "my inbox", "my calendar", "my next", "my schedule", "running on my", "online right", "status of",
    "server up", "back up", "working again",
    // Chance.
    "random", "randomly", "flip a coin", "toss a coin", "heads or tails", "roll", "dice", "shuffle",
    "shuffled", "draw a card", "pick a card", "pick a number", "spin the wheel", "surprise me", "joke",
    "jokes", "lottery", "lucky number", "guess a number", "pick one", "choose one", "pick for me",
    "can't decide", "eeny meeny", "think of a number", "a fun fact", "riddle",
    // What was said before.
    "again", "continue", "go on", "keep going", "carry on", "another one", "one more", "any more",
    "more of", "the second one", "the first one", "the last one", "the other one", "which of those",
    "which of these", "what did i", "did i just", "i just said", "you just", "you said", "you were",
    "as before", "same format", "our conversation", "this conversation", "last change", "undo",
    "are you sure", "what do you mean", "shorter please", "make it", "now translate", "instead",
    "that one", "rephrase that", "explain that", "do that", "like that", "what about", "and what",
    "and how", "and why", "try again", "earlier",
    // German.
    "heute", "morgen", "gestern", "gerade", "jetzt", "aktuell", "aktuelle", "aktuellen", "momentan",
    "im moment", "zurzeit", "derzeit", "diese woche", "dieses jahr", "nächste woche", "wetter",
    "nachrichten", "neues", "neueste", "neuesten", "wie spät", "wie viel uhr", "welcher tag", "datum",
    "wie lange noch", "steht der", "steht's", "stehts", "wie steht", "börse", "kurs", "in der nähe",
    "um die ecke", "wo bin ich", "stau", "noch offen", "geöffnet", "zufällig", "zufallszahl", "würfel",
    "würfle", "wirf", "münze", "witz", "weiter", "nochmal", "noch mal", "noch einmal", "noch einen",
    "noch eins", "und das", "und der", "und die", "das zweite", "das andere", "kürzer", "vorhin", "eben", "im fernsehen",
    "erreichbar", "wieder da", "bin ich", "bundeskanzler", "notdienst", "mein akku", "fertig",
    // French.
    "aujourd'hui", "demain", "hier", "maintenant", "en ce moment", "actuellement", "actuel",
    "actuelle", "à l'heure actuelle", "ce soir", "ce matin", "cet après midi", "cette semaine",
    "quel temps", "météo", "pleuvoir", "actualités", "nouvelles", "dernière version", "dernières",
    "quelle heure", "le combien", "quel jour", "le cours", "la bourse", "prochain", "prochaine",
    "pas loin d'ici", "près d'ici", "autour de moi", "où suis je", "ça roule", "embouteillages",
    "ouverte", "ouvert", "au hasard", "lance un dé", "un dé", "pile ou face", "blague", "continue",
    "encore", "encore une", "un autre", "une autre", "le deuxième", "la deuxième", "je viens de",
    "tu viens de", "raccourcir ça", "ça", "et la", "et le", "refais", "en panne", "premier ministre",
    // Spanish.
    "hoy", "mañana", "ayer", "ahora", "ahora mismo", "actualmente", "actual", "en este momento",
    "esta noche", "esta semana", "este año", "qué tiempo", "tiempo hace", "llover", "llueve", "finde",
    "noticias", "última", "último", "últimas", "qué hora", "a qué día", "qué día es", "a cuánto",
    "precio de", "cotización", "bolsa", "cómo va", "quién gana", "atasco", "tráfico", "dónde estoy",
    "cerca", "por aquí", "abierto", "abierta", "al azar", "aleatorio", "tira un", "lanza", "moneda",
    "cara o cruz", "chiste", "sigue", "continúa", "otra vez", "otro", "otra", "más despacio", "acabo de",
    "acabas de", "te refieres", "el segundo", "la segunda", "y el", "y la", "echan", "se ha caído",
    "llego tarde", "próximo", "próxima", "quién es el presidente",
];

/// Signs of languages without spaces, and parts of words.
const SIGNS: &[&str] = &[
    "今日", "明日", "昨日", "今何時", "何時", "今週", "今月", "今年", "今シーズン", "今夜", "今朝", "現在", "最新", "最近",
    "ニュース", "天気", "気温", "株価", "日経", "終値", "円安", "次の電車", "次のバス", "何分後", "渋滞", "近く", "どこにいる",
    "営業", "開いて", "障害", "間に合う", "ランダム", "サイコロ", "コイン", "ジョーク", "もう一つ", "もう一度", "もう一回", "続けて",
    "続き", "さっき", "二つ目", "二番目", "それ", "今の", "今起き", "ランキング", "総理大臣", "くじ",
    "今天", "明天", "昨天", "现在", "现任", "目前", "当前", "最新", "最近", "几点", "几号", "星期几", "这周", "本周", "今年", "今晚",
    "天气", "下雨", "气温", "新闻", "股价", "汇率", "比分", "几比几", "堵不堵", "堵车", "我在哪", "附近", "开门", "随机", "骰子", "硬币",
    "笑话", "再来", "再说", "继续", "刚才", "第二个", "那个", "崩了", "还有多久", "多少钱一", "抽签", "彩票",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_the_moment_is_known() {
        for message in [
            "What's the weather like?",
            "is the museum open today",
            "Flip a coin.",
            "Wie wird das Wetter morgen?",
            "¿Dónde estoy?",
            "今日の天気は?",
            "今天有什么新闻?",
        ] {
            assert!(is_of_the_moment(message), "{message}");
        }
        for message in [
            "What is the capital of Peru?",
            "Wie koche ich ein Ei?",
            "Write a function that adds two numbers.",
            "法国的首都是哪里?",
        ] {
            assert!(!is_of_the_moment(message), "{message}");
        }
    }
}
