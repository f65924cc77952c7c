//! Numbers that are written as words.

use super::Language;

const ENGLISH: &[(&str, u32)] = &[
    ("zero", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("hundred", 100),
    ("thousand", 1000),
    ("dozen", 12),
    ("single", 1),
    ("double", 2),
    ("both", 2),
];
const GERMAN: &[(&str, u32)] = &[
    ("null", 0),
    ("zwei", 2),
    ("drei", 3),
    ("vier", 4),
    ("fünf", 5),
    ("sechs", 6),
    ("sieben", 7),
    ("acht", 8),
    ("neun", 9),
    ("zehn", 10),
    ("elf", 11),
    ("zwölf", 12),
    ("zwanzig", 20),
    ("dreißig", 30),
    ("vierzig", 40),
    ("fünfzig", 50),
    ("hundert", 100),
    ("tausend", 1000),
];
const FRENCH: &[(&str, u32)] = &[
    ("zéro", 0),
    ("deux", 2),
    ("trois", 3),
    ("quatre", 4),
    ("cinq", 5),
    ("six", 6),
    ("sept", 7),
    ("huit", 8),
    ("neuf", 9),
    ("dix", 10),
    ("onze", 11),
    ("douze", 12),
    ("quinze", 15),
    ("vingt", 20),
    ("trente", 30),
    ("quarante", 40),
    ("cinquante", 50),
    ("cent", 100),
    ("mille", 1000),
];
const SPANISH: &[(&str, u32)] = &[
    ("cero", 0),
    ("dos", 2),
    ("tres", 3),
    ("cuatro", 4),
    ("cinco", 5),
    ("seis", 6),
    ("siete", 7),
    ("ocho", 8),
    ("nueve", 9),
    ("diez", 10),
    ("once", 11),
    ("doce", 12),
    ("quince", 15),
    ("veinte", 20),
    ("treinta", 30),
    ("cuarenta", 40),
    ("cincuenta", 50),
    ("cien", 100),
    ("mil", 1000),
];

/// The digits of a number that is written as a word.
pub(super) fn number(word: &str, language: Language) -> Option<u32> {
    let words = match language {
        Language::English => ENGLISH,
        Language::German => GERMAN,
        Language::French => FRENCH,
        Language::Spanish => SPANISH,
        Language::Signs | Language::Other => return None,
    };
    words
        .iter()
        .find_map(|&(name, number)| (name == word).then_some(number))
}

/// Units, each by its first name; in all languages, behind a number.
const UNITS: &[&[&str]] = &[
    &[
        "m", "meter", "metre", "metres", "meters", "metern", "mètre", "mètres", "metro", "metros",
    ],
    &[
        "km",
        "kilometer",
        "kilometre",
        "kilometers",
        "kilometres",
        "kilometern",
        "kilomètre",
        "kilomètres",
        "kilómetro",
        "kilómetros",
    ],
    &[
        "cm",
        "centimeter",
        "centimetre",
        "centimeters",
        "centimetres",
        "zentimeter",
        "centimètres",
        "centímetros",
    ],
    &[
        "mm",
        "millimeter",
        "millimetre",
        "millimeters",
        "millimetres",
        "millimètres",
        "milímetros",
    ],
    &[
        "l", "liter", "litre", "liters", "litres", "litern", "litro", "litros",
    ],
    &[
        "ml",
        "milliliter",
        "millilitre",
        "milliliters",
        "millilitres",
        "mililitros",
    ],
    &[
        "g", "gram", "gramme", "grams", "grammes", "gramm", "gramo", "gramos",
    ],
    &[
        "kg",
        "kilogram",
        "kilo",
        "kilos",
        "kilograms",
        "kilogramm",
        "kilogrammes",
    ],
    &["lb", "pound", "pounds", "lbs", "pfund"],
    &["oz", "ounce", "ounces"],
    &[
        "min", "minute", "minutes", "mins", "minuten", "minuto", "minutos",
    ],
    &[
        "h", "hour", "hours", "hr", "hrs", "stunde", "stunden", "heure", "heures", "hora", "horas",
    ],
    &[
        "s", "second", "seconds", "sec", "secs", "sekunde", "sekunden", "segundos", "secondes",
    ],
    &["tsp", "teaspoon", "teaspoons", "tsps"],
    &["tbsp", "tablespoon", "tablespoons", "tbsps"],
    &["cup", "cups"],
    &["gal", "gallon", "gallons"],
    &["pt", "pint", "pints"],
    &["kcal"],
    &["mg", "milligram", "milligrams"],
    &["ft", "foot", "feet"],
    &["inch", "inches"],
    &["yd", "yard", "yards"],
    &["mi", "mile", "miles"],
    &["mph"],
    &["kwh"],
    &["kw", "kilowatt", "kilowatts"],
    &["hz", "hertz"],
    &["ghz", "gigahertz"],
    &["mhz", "megahertz"],
    &["£", "gbp", "quid"],
    &["w", "watt", "watts"],
    &["v", "volt", "volts"],
    &["%", "percent", "pct", "prozent", "pourcent"],
    &["°c", "celsius", "c", "grad"],
    &["°f", "fahrenheit", "f"],
    &["$", "dollar", "dollars", "usd", "bucks"],
    &["€", "euro", "euros", "eur"],
    &["gb", "gigabyte", "gigabytes"],
    &["mb", "megabyte", "megabytes"],
    &["tb", "terabyte", "terabytes"],
    &["kbps", "kbit/s", "kb/s"],
    &["mbps", "mbit/s"],
    &["kmh", "km/h", "kph"],
];

/// The one name of a unit.
pub(super) fn unit(word: &str) -> Option<&'static str> {
    let group = UNITS.iter().find(|group| group.contains(&word))?;
    Some(group[0])
}

/// Numbers that stand side by side as words are one: "five hundred", "twenty one". None where
/// they are not.
pub(super) fn together(before: u32, word: u32) -> Option<u32> {
    match (before, word) {
        (1..=99, 100 | 1000) => Some(before * word),
        (20..=90, 1..=9) if before.is_multiple_of(10) => Some(before + word),
        (100..=900, 1..=99) if before.is_multiple_of(100) => Some(before + word),
        _ => None,
    }
}
