//! Texts to vectors, by the built-in model.

use hearth_protocol::{FromEngine, LoadModel, Purpose, ToEngine};
use hearth_support::engine::Engine;
use hearth_support::place;

fn engine() -> Engine {
    let path = place::assets().join("models/all-minilm-l6-v2-q8_0.gguf");
    Engine::with(LoadModel {
        context: 512,
        threads: 1,
        ..LoadModel::new(path, Purpose::Embeddings)
    })
}

fn embed(engine: &mut Engine, texts: &[&str]) -> Vec<Vec<f32>> {
    let texts = texts.iter().map(|&text| text.to_owned()).collect();
    engine.say(&ToEngine::Embed { id: 1, texts });
    match engine.hear() {
        Some(FromEngine::Embedded { vectors, .. }) => vectors,
        other => panic!("{other:?}"),
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn what_means_the_same_lies_close_and_what_does_not_lies_far() {
    let mut engine = engine();
    let vectors = embed(
        &mut engine,
        &[
            "What is the capital of France?",
            "Which city is the capital of France?",
            "What is the capital of Germany?",
            "My bicycle has a flat tyre.",
        ],
    );
    for vector in &vectors {
        assert_eq!(vector.len(), 384);
        assert!((cosine(vector, vector) - 1.0).abs() < 1e-4, "length one");
    }
    let to_first: Vec<f32> = vectors.iter().map(|one| cosine(one, &vectors[0])).collect();
    // The figures of the reference implementation are 0.98, 0.66 and 0.0 to two digits.
    assert!(to_first[1] > 0.9, "{to_first:?}");
    assert!((0.55..0.75).contains(&to_first[2]), "{to_first:?}");
    assert!(to_first[3] < 0.2, "{to_first:?}");
}

#[test]
fn many_texts_at_once_give_the_vectors_that_each_gives_alone() {
    let mut engine = engine();
    let texts: Vec<String> = (0..70)
        .map(|number| format!("{} {number}", "A sentence about owls.".repeat(number % 9)))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = embed(&mut engine, &texts);
    assert_eq!(together.len(), texts.len());
    for (text, vector) in texts.iter().zip(&together).step_by(7) {
        let alone = embed(&mut engine, &[text]).remove(0);
        assert!(cosine(vector, &alone) > 0.999, "{text}");
    }
}

#[test]
fn empty_and_overlong_texts_have_vectors_too() {
    let mut engine = engine();
    let long = "owl ".repeat(20_000);
    let vectors = embed(&mut engine, &["", "\0", &long, "<s>[CLS]"]);
    assert!(vectors.iter().all(|vector| vector.len() == 384));
    assert!(embed(&mut engine, &[]).is_empty());
}

#[test]
fn each_kind_of_worker_refuses_the_other_kind_of_request() {
    let mut embedder = engine();
    embedder.ask(7, "Hello", hearth_protocol::Sampling::GREEDY, 5);
    let heard = embedder.hear_out(&[7]).remove(0);
    assert!(heard.fault.unwrap().message.contains("vectors"));
    let mut chat = Engine::with_ember(1);
    chat.say(&ToEngine::Embed {
        id: 8,
        texts: vec!["Hello".into()],
    });
    let heard = chat.hear_out(&[8]).remove(0);
    assert!(heard.fault.unwrap().message.contains("to answer"));
}
