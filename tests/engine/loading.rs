//! The ways to load a model.

use hearth_protocol::{CacheType, Choice, LoadModel, Lora, Purpose};
use hearth_support::engine::Engine;
use hearth_support::forge::{Forge, Tensor, kind, text};
use hearth_support::place;

const QUESTION: &str = "What is the capital of Peru?";
const ANSWER: &str = "The capital of Peru is Lima.";

fn order() -> LoadModel {
    LoadModel {
        context: 512,
        threads: 1,
        ..LoadModel::new(place::ember(), Purpose::Chat)
    }
}

#[test]
fn every_way_to_load_gives_the_same_answer() {
    let ways = [
        LoadModel {
            mmap: false,
            ..order()
        },
        LoadModel {
            mlock: true,
            ..order()
        },
        LoadModel {
            warm_up: true,
            ..order()
        },
        LoadModel {
            flash_attention: Choice::Off,
            ..order()
        },
        LoadModel {
            flash_attention: Choice::On,
            ..order()
        },
        LoadModel {
            cache_type: CacheType::Q8_0,
            ..order()
        },
    ];
    for way in ways {
        let mut engine = Engine::with(way.clone());
        assert_eq!(engine.answer(1, QUESTION).text, ANSWER, "{way:?}");
    }
}

#[test]
fn the_smallest_cache_type_answers_too() {
    let mut engine = Engine::with(LoadModel {
        cache_type: CacheType::Q4_0,
        ..order()
    });
    assert!(engine.answer(1, QUESTION).end.is_some());
}

#[test]
fn a_context_beyond_the_models_own_is_cut_to_it() {
    let mut engine = Engine::start();
    let loaded = engine
        .order(LoadModel {
            context: 1 << 20,
            ..order()
        })
        .unwrap();
    assert!(loaded.context <= 512, "{}", loaded.context);
}

#[test]
fn an_adapter_changes_the_answer_as_strongly_as_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("adapter.gguf");
    std::fs::write(&path, adapter()).unwrap();
    let with = |scale| {
        let lora = Some(Lora {
            path: path.clone(),
            scale,
        });
        Engine::with(LoadModel { lora, ..order() })
            .answer(1, QUESTION)
            .text
    };
    assert_eq!(with(0.0), ANSWER);
    assert_ne!(with(1.0), ANSWER);
}

#[test]
fn an_adapter_that_does_not_fit_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("adapter.gguf");
    std::fs::write(&path, b"GGUF and nothing else").unwrap();
    for (path, why) in [
        (path, "does not fit"),
        (folder.path().join("none"), "not there"),
    ] {
        let lora = Some(Lora { path, scale: 1.0 });
        let refusal = Engine::start()
            .order(LoadModel { lora, ..order() })
            .unwrap_err();
        assert!(refusal.contains(why), "{refusal}");
    }
}

/// An adapter of rank 8 that pushes the first layer's output a long way off.
fn adapter() -> Vec<u8> {
    let (width, rank) = (ember_width(), 8);
    let mut file = Forge {
        entries: vec![
            ("general.architecture".into(), kind::TEXT, text("llama")),
            ("general.type".into(), kind::TEXT, text("adapter")),
            ("adapter.type".into(), kind::TEXT, text("lora")),
            (
                "adapter.lora.alpha".into(),
                kind::F32,
                800_f32.to_le_bytes().into(),
            ),
        ],
        tensors: vec![
            Tensor {
                name: "blk.0.attn_output.weight.lora_a".into(),
                shape: vec![width, rank],
                kind: 0,
                offset: 0,
            },
            Tensor {
                name: "blk.0.attn_output.weight.lora_b".into(),
                shape: vec![rank, width],
                kind: 0,
                offset: width * rank * 4,
            },
        ],
        weights: 0,
        ..Forge::default()
    }
    .bytes();
    let numbers = usize::try_from(width * rank * 2).unwrap();
    for number in 0..numbers {
        let value = if number % 3 == 0 { 1.0_f32 } else { -0.5 };
        file.extend(value.to_le_bytes());
    }
    file
}

/// The length of Ember's vectors, from its header.
fn ember_width() -> u64 {
    let bytes = std::fs::read(place::ember()).unwrap();
    let key = b"llama.embedding_length";
    let at = bytes
        .windows(key.len())
        .position(|here| here == key)
        .unwrap()
        + key.len()
        + 4;
    u64::from(u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()))
}
