//! Every setting there is, made from the types of [`Config`]: its name, kind, range, default and
//! help. Forms, the validation of files, the command line's keys, the settings file of the first
//! start and the reference all come from here, so none of them can say something else.

use std::cmp::Ordering;
use std::sync::LazyLock;

use hearth_protocol::Sampling;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::{Map, Value};
use specta::Type;

use super::{Config, sampling};

/// What stands in a field's name for the name of a model.
pub(super) const ANY: &str = "*";

/// What kind of value a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// True or false.
    Switch,
    /// A number without a fraction.
    Whole,
    /// A number.
    Decimal,
    /// A text.
    Text,
    /// A text of several lines.
    LongText,
    /// One of a few words.
    Choice,
    /// Texts.
    List,
    /// Tokens with a bias each.
    Biases,
}

/// A setting.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Field {
    /// Its name with its section: `engine.slots`. A `*` stands for the name of a model.
    pub key: String,
    /// What it takes.
    pub kind: Kind,
    /// What it is for.
    pub help: String,
    /// What holds where it is not set, as a user types it; empty where the model decides.
    pub default: String,
    /// Whether the settings file of the first start leaves it out.
    pub is_optional: bool,
    /// The lowest number.
    #[specta(type = Option<u32>)]
    pub lowest: Option<f64>,
    /// The highest number.
    #[specta(type = Option<u32>)]
    pub highest: Option<f64>,
    /// The words of a choice.
    pub choices: Vec<String>,
    /// Whether a change takes effect at the next start alone.
    pub after_restart: bool,
}

/// A section, with its settings.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Section {
    /// Its name: `engine`.
    pub name: String,
    /// What it is about.
    pub help: String,
    /// Its settings, in the order of the file.
    pub fields: Vec<Field>,
}

/// What a name in a file stands for.
pub(super) enum Place<'a> {
    /// A section, or the way to one.
    Section,
    /// A setting.
    Field(&'a Field),
    /// Something that this Hearth does not know.
    Unknown,
}

/// All sections, in the order of the file. That of single models is last.
#[must_use]
pub fn sections() -> &'static [Section] {
    static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(derived);
    &SECTIONS
}

/// The setting of a name, given in its parts.
pub(super) fn place(path: &[String]) -> Place<'static> {
    static NAMES: LazyLock<Vec<(Vec<&str>, &Field)>> = LazyLock::new(|| {
        let fields = sections().iter().flat_map(|section| &section.fields);
        fields
            .map(|field| (field.key.split('.').collect(), field))
            .collect()
    });
    let found = NAMES.iter().find_map(|(parts, field)| {
        let mut both = parts.iter().zip(path);
        let agree = both.all(|(part, name)| *part == ANY || *part == name);
        match parts.len().cmp(&path.len()) {
            Ordering::Equal if agree => Some(Place::Field(field)),
            Ordering::Greater if agree => Some(Place::Section),
            _ => None,
        }
    });
    found.unwrap_or(Place::Unknown)
}

/// The names of a table's entries, with what is said of each.
type Properties = Map<String, Value>;

fn derived() -> Vec<Section> {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<Config>();
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    let Some(all) = schema.get("properties").and_then(Value::as_object) else {
        return Vec::new();
    };
    let section = |(name, one): (&String, &Value)| {
        let inner = one.get("additionalProperties");
        let mut fields = Vec::new();
        match inner.and_then(properties) {
            // What every model may have for itself.
            Some(groups) => {
                for (group, one) in groups {
                    let prefix = format!("{name}.{ANY}.{group}");
                    let inherited = defaults.get(group);
                    fields.extend(fields_of(&prefix, one, inherited));
                }
            }
            None => fields.extend(fields_of(name, one, defaults.get(name))),
        }
        Section {
            name: name.clone(),
            help: help(one),
            fields,
        }
    };
    all.iter().map(section).collect()
}

fn properties(schema: &Value) -> Option<&Properties> {
    schema.get("properties").and_then(Value::as_object)
}

fn fields_of(prefix: &str, schema: &Value, defaults: Option<&Value>) -> Vec<Field> {
    let field = |(name, one): (&String, &Value)| {
        let set = defaults.and_then(|defaults| defaults.get(name));
        let set = set.filter(|value| !value.is_null());
        let unset = || prefix.ends_with("sampling").then(|| drawn(name)).flatten();
        let is_number = |key: &str| one.get(key).and_then(Value::as_f64);
        let is_wide = one.get("format").and_then(Value::as_str) == Some("uint32");
        let widest = is_wide.then_some(f64::from(u32::MAX));
        Field {
            key: format!("{prefix}.{name}"),
            kind: kind(one),
            help: help(one),
            default: set.map(written).or_else(unset).unwrap_or_default(),
            is_optional: set.is_none() || prefix.contains(ANY),
            lowest: is_number("minimum"),
            highest: is_number("maximum").or(widest),
            choices: words(one),
            after_restart: one.get("x-restart").is_some(),
        }
    };
    let all = properties(schema).into_iter().flatten();
    all.map(field).collect()
}

/// What holds for a value of the sampler that nobody has set, as far as it is the same for all
/// models.
fn drawn(name: &str) -> Option<String> {
    if name == "max_tokens" {
        return Some(sampling::MAX_TOKENS.to_string());
    }
    let all = serde_json::to_value(Sampling::default()).ok()?;
    all.get(name).filter(|_| name != "seed").map(written)
}

/// A value as a user types it.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            texts.join("\n")
        }
        Value::Number(number) if number.is_f64() => {
            // The settings have single precision; its shortest form is what people write.
            #[expect(clippy::cast_possible_truncation, reason = "it was single before")]
            let single = number.as_f64().unwrap_or_default() as f32;
            format!("{single:?}")
        }
        other => other.to_string(),
    }
}

fn help(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str);
    text.unwrap_or_default().replace('\n', " ")
}

fn words(schema: &Value) -> Vec<String> {
    let list = schema.get("enum").and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

fn kind(schema: &Value) -> Kind {
    let named = |value: &Value| match value {
        Value::Array(list) => list.first().cloned().unwrap_or_default(),
        one => one.clone(),
    };
    let name = schema.get("type").map(named).unwrap_or_default();
    match name.as_str().unwrap_or_default() {
        "boolean" => Kind::Switch,
        "integer" => Kind::Whole,
        "number" => Kind::Decimal,
        "array" if schema.pointer("/items/type") == Some(&Value::from("string")) => Kind::List,
        "array" => Kind::Biases,
        _ if schema.get("enum").is_some() => Kind::Choice,
        _ if schema.get("x-long").is_some() => Kind::LongText,
        _ => Kind::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(key: &str) -> &'static Field {
        let path: Vec<String> = key.split('.').map(str::to_owned).collect();
        let Place::Field(field) = place(&path) else {
            panic!("{key} is a setting");
        };
        field
    }

    #[test]
    fn a_setting_is_known_with_its_kind_range_default_and_help() {
        let slots = field("engine.slots");
        assert_eq!(slots.kind, Kind::Whole);
        assert_eq!((slots.lowest, slots.highest), (Some(1.0), Some(64.0)));
        assert_eq!(slots.default, "4");
        assert!(slots.help.starts_with("Requests that one model answers"));
        let temperature = field("models.some model.sampling.temperature");
        assert_eq!(temperature.kind, Kind::Decimal);
        assert_eq!(temperature.default, "0.7");
        assert!(temperature.is_optional);
        assert_eq!(field("engine.cache_type").choices, ["f16", "q8_0", "q4_0"]);
        assert_eq!(field("sampling.mirostat").kind, Kind::Choice);
        assert_eq!(field("window.theme").choices, ["system", "light", "dark"]);
        assert_eq!(field("hub.hosts").kind, Kind::List);
        assert_eq!(field("sampling.logit_bias").kind, Kind::Biases);
        assert!(matches!(place(&["chat".into()]), Place::Section));
        assert!(matches!(
            place(&["models".into(), "x".into()]),
            Place::Section
        ));
        assert!(matches!(
            place(&["chat".into(), "x".into()]),
            Place::Unknown
        ));
    }

    #[test]
    fn every_setting_says_what_it_is_for_and_every_choice_can_be_read() {
        for section in sections() {
            assert!(!section.help.is_empty(), "{}", section.name);
            for field in &section.fields {
                let is_inherited = field.key.contains(ANY);
                assert!(is_inherited || field.help.ends_with('.'), "{}", field.key);
                for choice in field.choices.iter().filter(|_| !is_inherited) {
                    let (section, name) = field.key.split_once('.').unwrap();
                    let text = format!("[{section}]\n{name} = \"{choice}\"\n");
                    assert!(toml::from_str::<Config>(&text).is_ok(), "{text}");
                }
            }
        }
    }

    #[test]
    fn the_samplers_ranges_are_those_that_the_engine_takes() {
        let plain = serde_json::to_value(Sampling::default()).unwrap();
        let check = |name: &str, value: f64| {
            let mut all = plain.clone();
            let whole = plain[name].is_u64();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "in range"
            )]
            let value = if whole {
                Value::from(value as u64)
            } else {
                Value::from(value)
            };
            all[name] = value;
            serde_json::from_value::<Sampling>(all).is_ok_and(|sampling| sampling.check().is_ok())
        };
        let mut tried = 0;
        for field in sections().iter().flat_map(|section| &section.fields) {
            let Some(name) = field.key.strip_prefix("sampling.") else {
                continue;
            };
            let (Some(lowest), Some(highest)) = (field.lowest, field.highest) else {
                continue;
            };
            if ["seed", "max_tokens"].contains(&name) {
                continue;
            }
            assert!(check(name, lowest) && check(name, highest), "{name}");
            assert!(!check(name, highest + 1.0), "{name}");
            assert!(lowest < 1.0 || !check(name, lowest - 1.0), "{name}");
            tried += 1;
        }
        assert_eq!(tried, 18, "a new value of the sampler has a range");
    }
}
