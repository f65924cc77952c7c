//! Files that are no sound model never reach the engine.

use std::io::Cursor;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use hearth_core::Code;
use hearth_core::models::Header;
use hearth_core::models::gguf::Gguf;
use hearth_protocol::Purpose;
use hearth_support::forge::{Forge, Tensor, kind, text};
use hearth_support::place;

fn read(bytes: &[u8]) -> Result<Gguf, String> {
    Gguf::read(Cursor::new(bytes), bytes.len() as u64).map_err(|error| error.to_string())
}

fn refused(bytes: &[u8], why: &str) {
    let start = Instant::now();
    let refusal = read(bytes).expect_err(why);
    assert!(refusal.contains(why), "{refusal:?} says {why:?}");
    assert!(
        start.elapsed() < Duration::from_millis(100),
        "{why} took too long"
    );
}

#[test]
fn a_sound_header_is_read() {
    let header = Header::read(&place::ember(), Purpose::Chat).unwrap();
    assert_eq!(
        (header.context, header.quantization.as_str()),
        (512, "Q8_0")
    );
    assert!(read(&Forge::default().bytes()).is_ok());
}

#[test]
fn f01_what_is_no_model_is_named_for_what_it_is() {
    refused(b"", "empty file");
    refused(b"G", "something else");
    refused(b"<!DOCTYPE html><title>404</title>", "web page");
    refused(b"version https://git-lfs.github.com/spec/v1\n", "Git LFS");
    refused(b"PK\x03\x04................", "ZIP archive");
    refused(b"\x40\0\0\0\0\0\0\0{\"a\":1}.....", "Safetensors");
}

#[test]
fn f02_a_cut_file_says_how_much_is_missing() {
    let whole = std::fs::read(place::ember()).unwrap();
    // A fixed sequence that visits the whole file, borders of the header included.
    let places = (1_u64..=200).map(|step| (step * 7_919 * 4_001) % whole.len() as u64);
    for place in places.chain([4, 8, 16, 24, 25, 32, whole.len() as u64 - 1]) {
        let cut = &whole[..usize::try_from(place).unwrap()];
        let refusal = read(cut).expect_err("a cut file is refused");
        assert!(
            refusal.contains("incomplete") || place < 4,
            "at {place}: {refusal}"
        );
        assert!(
            refusal.contains("download it again") || place < 4,
            "at {place}: {refusal}"
        );
    }
}

#[test]
fn f03_absurd_counts_are_refused_without_memory() {
    for claim in [(1 << 16) + 1, 1 << 32, u64::MAX] {
        let forge = Forge {
            claimed_entries: Some(claim),
            ..Forge::default()
        };
        refused(&forge.bytes(), "metadata entries");
        let forge = Forge {
            claimed_tensors: Some(claim),
            ..Forge::default()
        };
        refused(&forge.bytes(), "tensors");
    }
}

#[test]
fn f04_absurd_texts_and_arrays_are_refused_by_key() {
    for length in [1_u64 << 30, 1 << 40, u64::MAX] {
        let long = length.to_le_bytes().to_vec();
        refused(
            &Forge::default()
                .with("long", kind::TEXT, long.clone())
                .bytes(),
            "long",
        );
        let mut array = kind::U32.to_le_bytes().to_vec();
        array.extend(&long);
        refused(
            &Forge::default().with("many", kind::ARRAY, array).bytes(),
            "many",
        );
    }
    let mut nested = kind::ARRAY.to_le_bytes().to_vec();
    nested.extend(1_u64.to_le_bytes());
    refused(
        &Forge::default().with("nested", kind::ARRAY, nested).bytes(),
        "arrays in an array",
    );
    refused(
        &Forge::default().with("odd", 77, vec![0; 8]).bytes(),
        "unknown type 77",
    );
    refused(
        &Forge::default().with("", kind::U32, vec![0; 4]).bytes(),
        "empty",
    );
    let twice = Forge::default()
        .with("a", kind::TEXT, text("x"))
        .with("a", kind::TEXT, text("y"));
    refused(&twice.bytes(), "stands twice");
}

#[test]
fn f05_impossible_tensors_are_refused() {
    let base = Forge::default;
    refused(
        &base().tensor(|tensor| tensor.shape = vec![0, 2]).bytes(),
        "impossible shape",
    );
    refused(
        &base()
            .tensor(|tensor| tensor.shape = vec![1 << 40, 1 << 40])
            .bytes(),
        "impossible shape",
    );
    refused(
        &base().tensor(|tensor| tensor.shape = vec![1; 5]).bytes(),
        "5 dimensions",
    );
    refused(
        &base().tensor(|tensor| tensor.kind = 999).bytes(),
        "unknown type",
    );
    refused(
        &base().tensor(|tensor| tensor.offset = 7).bytes(),
        "not aligned",
    );
    refused(
        &base()
            .tensor(|tensor| tensor.offset = u64::MAX - 31)
            .bytes(),
        "impossible place",
    );
    refused(
        &base().tensor(|tensor| tensor.offset = 1 << 40).bytes(),
        "incomplete",
    );
    let mut huge = base().tensor(|tensor| (tensor.shape, tensor.kind) = (vec![1 << 60], 28));
    let twin = Tensor {
        name: "twin".into(),
        ..huge.tensors[0].clone()
    };
    huge.tensors.push(twin);
    refused(&huge.bytes(), "impossibly large");
    for alignment in [0_u32, 2, 3, 1 << 31] {
        let value = alignment.to_le_bytes().to_vec();
        refused(
            &base().with("general.alignment", kind::U32, value).bytes(),
            "general.alignment",
        );
    }
}

#[test]
fn f06_a_header_that_would_end_the_engine_is_refused_before() {
    let folder = tempfile::tempdir().unwrap();
    let check = |forge: &Forge| {
        let path: PathBuf = folder.path().join("forged.gguf");
        std::fs::write(&path, forge.bytes()).unwrap();
        Header::read(&path, Purpose::Chat).unwrap_err().code
    };
    for layers in [0_u32, 513, u32::MAX] {
        let mut forge = Forge::default();
        forge.entries[2].2 = layers.to_le_bytes().into();
        assert_eq!(check(&forge), Code::ModelDamaged);
    }
    let nan = Forge::default().with("llama.eps", kind::F32, f32::NAN.to_le_bytes().into());
    assert_eq!(check(&nan), Code::ModelDamaged);
    assert_eq!(
        check(&Forge {
            version: 9,
            ..Forge::default()
        }),
        Code::ModelUnsupported
    );
}
