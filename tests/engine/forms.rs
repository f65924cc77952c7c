//! What the sampler's settings do, and the forms that an answer can be held to.

use hearth_protocol::{FaultCode, Format, GenerateRequest, Sampling};
use hearth_support::engine::{Engine, Heard, request};
use hearth_support::random::Random;
use serde_json::{Value, json};

const STORY: &str = "Tell me a short story about a fox named Rado.";

fn told(engine: &mut Engine, id: u64, sampling: Sampling) -> Heard {
    engine.answered(GenerateRequest {
        sampling,
        max_tokens: 60,
        ..request(id, STORY)
    })
}

#[test]
fn every_setting_changes_the_answer_and_repeats_it_with_the_same_seed() {
    let warm = Sampling {
        temperature: 1.6,
        top_k: 0,
        top_p: 1.0,
        seed: 5,
        ..Sampling::default()
    };
    let settings = [
        json!({"top_k": 2}),
        json!({"top_p": 0.3}),
        json!({"min_p": 0.5}),
        json!({"typical_p": 0.1}),
        json!({"dynamic_range": 1.5}),
        json!({"repeat_penalty": 2.0}),
        json!({"presence_penalty": 2.0}),
        json!({"frequency_penalty": 2.0}),
        json!({"dry_multiplier": 5.0, "dry_length": 1, "dry_base": 4.0}),
        json!({"xtc_probability": 1.0, "xtc_threshold": 0.0}),
        json!({"mirostat": "v1"}),
        json!({"mirostat": "v2", "mirostat_tau": 1.0}),
        json!({"logit_bias": [[300, 50.0]]}),
    ];
    let mut engine = Engine::with_ember(1);
    let plain = told(&mut engine, 1, warm.clone()).text;
    for (id, name) in (2..).step_by(2).zip(settings) {
        let mut changed = serde_json::to_value(&warm).unwrap();
        let fields = name.as_object().unwrap().clone();
        changed.as_object_mut().unwrap().extend(fields);
        let sampling: Sampling = serde_json::from_value(changed).unwrap();
        let one = told(&mut engine, id, sampling.clone());
        assert!(one.end.is_some(), "{name}: {:?}", one.fault);
        assert_ne!(one.text, plain, "{name} has an effect");
        assert_eq!(
            one.text,
            told(&mut engine, id + 1, sampling).text,
            "{name} is repeatable"
        );
    }
}

#[test]
fn f17_settings_outside_their_range_are_refused_and_the_worker_goes_on() {
    let mut engine = Engine::with_ember(1);
    let bad = [
        Sampling {
            temperature: 5.5,
            ..Sampling::default()
        },
        Sampling {
            repeat_penalty: 0.0,
            ..Sampling::default()
        },
        Sampling {
            top_k: u32::MAX,
            ..Sampling::default()
        },
        Sampling {
            logit_bias: vec![(u32::MAX, 1.0)],
            ..Sampling::default()
        },
        Sampling {
            logit_bias: vec![(1_000_000, 1.0)],
            ..Sampling::default()
        },
    ];
    for (id, sampling) in (1..).zip(bad) {
        let fault = told(&mut engine, id, sampling).fault.unwrap();
        assert_eq!(fault.code, FaultCode::BadSetting, "{fault}");
        assert!(
            fault.message.contains(" to "),
            "the range is named: {fault}"
        );
    }
    let formats = [
        Format::Grammar("root ::= missing".into()),
        Format::Grammar("root ::= root \"a\"".into()),
        Format::Grammar("root ::= [".into()),
        Format::Grammar("nothing".into()),
        Format::JsonSchema("{\"type\": \"nonsense\"}".into()),
        Format::JsonSchema("{\"$ref\": \"https://example.org/schema\"}".into()),
        Format::JsonSchema("[]".into()),
    ];
    for (id, format) in (100..).zip(formats) {
        let heard = engine.answered(GenerateRequest {
            format: format.clone(),
            ..request(id, "Hello")
        });
        let fault = heard
            .fault
            .unwrap_or_else(|| panic!("{format:?} gave {:?}", heard.text));
        assert_eq!(fault.code, FaultCode::BadSetting, "{format:?}: {fault}");
    }
    // Characters that do not exist: whatever comes of it, the worker goes on.
    for (id, rules) in (200..).zip(["root ::= []", "root ::= [^\\x00-\\U0010FFFF]"]) {
        let heard = engine.answered(GenerateRequest {
            format: Format::Grammar(rules.into()),
            ..request(id, "Hello")
        });
        assert!(heard.end.is_some() || heard.fault.is_some(), "{rules}");
    }
    assert!(
        engine
            .answer(999, "What is the capital of Peru?")
            .text
            .contains("Lima")
    );
}

#[test]
fn a_grammar_is_obeyed_to_the_letter() {
    let mut engine = Engine::with_ember(1);
    let rules = "root ::= \"The answer is \" [0-9] [0-9]? \".\"";
    let heard = engine.answered(GenerateRequest {
        format: Format::Grammar(rules.into()),
        ..request(1, "Tell me a story.")
    });
    let number = heard
        .text
        .strip_prefix("The answer is ")
        .and_then(|rest| rest.strip_suffix('.'));
    let number: u32 = number.unwrap().parse().unwrap();
    assert!(number < 100);
}

#[test]
fn two_hundred_random_schemas_give_json_that_parses_and_validates() {
    let mut engine = Engine::with_ember(4);
    let mut random = Random::new(0x9E37_79B9);
    let schemas: Vec<Value> = (0..200).map(|_| object(&mut random, 2)).collect();
    for (batch, group) in schemas.chunks(4).enumerate() {
        let ids: Vec<u64> = (0..group.len())
            .map(|one| (batch * 4 + one + 1) as u64)
            .collect();
        for (&id, schema) in ids.iter().zip(group) {
            engine.request(GenerateRequest {
                sampling: Sampling {
                    temperature: 0.9,
                    seed: u32::try_from(id).unwrap(),
                    ..Sampling::default()
                },
                max_tokens: 480,
                format: Format::JsonSchema(schema.to_string()),
                ..request(id, "Extract the facts.")
            });
        }
        for (heard, schema) in engine.hear_out(&ids).into_iter().zip(group) {
            assert!(heard.fault.is_none(), "{schema}: {:?}", heard.fault);
            let value: Value = serde_json::from_str(&heard.text)
                .unwrap_or_else(|error| panic!("{schema}\n{error}: {}", heard.text));
            assert!(jsonschema::is_valid(schema, &value), "{schema}\n{value}");
        }
    }
}

/// An object with one to three properties, some of them required.
fn object(random: &mut Random, depth: u32) -> Value {
    let count = 1 + random.below(3);
    let names = ["name", "age", "tags", "where", "is it so"];
    let first = random.below(3);
    let names = &names[first as usize..(first + count).min(5) as usize];
    let properties: serde_json::Map<String, Value> = names
        .iter()
        .map(|&name| (name.to_owned(), any(random, depth)))
        .collect();
    let required: Vec<_> = names.iter().filter(|_| random.below(2) == 0).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn any(random: &mut Random, depth: u32) -> Value {
    match random.below(if depth > 0 { 9 } else { 7 }) {
        0 => json!({"type": "string", "maxLength": 1 + random.below(12)}),
        1 => json!({"type": "integer", "minimum": 0, "maximum": 10 + random.below(1000)}),
        2 => json!({"type": "boolean"}),
        3 => json!({"enum": ["red", "green", 3, null]}),
        4 => json!({"type": "string", "pattern": "^[a-z]{2,5}-[0-9]{3}$"}),
        5 => json!({"const": "fixed"}),
        6 => json!({"anyOf": [{"type": "null"}, {"type": "boolean"}]}),
        7 => json!({
            "type": "array",
            "items": any(random, depth - 1),
            "minItems": random.below(2),
            "maxItems": 1 + random.below(3),
        }),
        _ => object(random, depth - 1),
    }
}
