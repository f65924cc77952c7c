//! A model file of a real shape with random weights: the speed of a model does not depend on
//! what its weights say. The tokenizer is Ember's, filled up to a usual vocabulary.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use hearth_support::forge::text;
use hearth_support::place;

/// The shape of a model.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    layers: u64,
    width: u64,
    heads: u64,
    kv_heads: u64,
    feed_forward: u64,
    vocabulary: u64,
}

/// Llama's shape with 360 million parameters, as SmolLM2-360M has it.
pub(crate) const LLAMA_360M: Shape = Shape {
    layers: 32,
    width: 960,
    heads: 15,
    kv_heads: 5,
    feed_forward: 2560,
    vocabulary: 49_152,
};

const Q8_0: u32 = 8;
const F32: u32 = 0;

/// Writes the model.
pub(crate) fn write(path: &Path, shape: Shape) {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    let tensors = tensors(shape);
    let tokenizer = tokenizer(shape.vocabulary);
    let numbers = [
        ("llama.block_count", shape.layers),
        ("llama.context_length", 4096),
        ("llama.embedding_length", shape.width),
        ("llama.feed_forward_length", shape.feed_forward),
        ("llama.attention.head_count", shape.heads),
        ("llama.attention.head_count_kv", shape.kv_heads),
        ("llama.rope.dimension_count", shape.width / shape.heads),
    ];
    let mut head = b"GGUF".to_vec();
    head.extend(3_u32.to_le_bytes());
    head.extend((tensors.len() as u64).to_le_bytes());
    head.extend((numbers.len() as u64 + 2 + tokenizer.len() as u64).to_le_bytes());
    head.extend(
        [
            text("general.architecture"),
            8_u32.to_le_bytes().into(),
            text("llama"),
        ]
        .concat(),
    );
    for (key, value) in numbers {
        let value = u32::try_from(value).unwrap().to_le_bytes();
        head.extend([text(key), 4_u32.to_le_bytes().into(), value.into()].concat());
    }
    let eps = [
        text("llama.attention.layer_norm_rms_epsilon"),
        6_u32.to_le_bytes().into(),
    ]
    .concat();
    head.extend(eps);
    head.extend(1e-5_f32.to_le_bytes());
    head.extend(tokenizer.concat());
    let mut offset = 0;
    for (name, dimensions, kind) in &tensors {
        head.extend(text(name));
        head.extend(u32::try_from(dimensions.len()).unwrap().to_le_bytes());
        for length in dimensions {
            head.extend(length.to_le_bytes());
        }
        head.extend(kind.to_le_bytes());
        head.extend(u64::to_le_bytes(offset));
        offset += bytes_of(dimensions, *kind).next_multiple_of(32);
    }
    head.resize(head.len().next_multiple_of(32), 0);
    file.write_all(&head).unwrap();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for (_, dimensions, kind) in &tensors {
        write_weights(&mut file, dimensions, *kind, &mut random);
    }
    file.flush().unwrap();
}

fn tensors(shape: Shape) -> Vec<(String, Vec<u64>, u32)> {
    let (width, kv) = (shape.width, shape.width / shape.heads * shape.kv_heads);
    let mut list = vec![
        (
            "token_embd.weight".to_owned(),
            vec![width, shape.vocabulary],
            Q8_0,
        ),
        ("output_norm.weight".to_owned(), vec![width], F32),
    ];
    for layer in 0..shape.layers {
        let parts = [
            ("attn_norm", vec![width], F32),
            ("ffn_norm", vec![width], F32),
            ("attn_q", vec![width, width], Q8_0),
            ("attn_k", vec![width, kv], Q8_0),
            ("attn_v", vec![width, kv], Q8_0),
            ("attn_output", vec![width, width], Q8_0),
            ("ffn_gate", vec![width, shape.feed_forward], Q8_0),
            ("ffn_up", vec![width, shape.feed_forward], Q8_0),
            ("ffn_down", vec![shape.feed_forward, width], Q8_0),
        ];
        for (name, dimensions, kind) in parts {
            list.push((format!("blk.{layer}.{name}.weight"), dimensions, kind));
        }
    }
    list
}

fn bytes_of(dimensions: &[u64], kind: u32) -> u64 {
    let values: u64 = dimensions.iter().product();
    if kind == Q8_0 {
        values / 32 * 34
    } else {
        values * 4
    }
}

fn write_weights(file: &mut impl Write, dimensions: &[u64], kind: u32, random: &mut Random) {
    let size = usize::try_from(bytes_of(dimensions, kind)).unwrap();
    let mut bytes = Vec::with_capacity(size.next_multiple_of(32));
    if kind == Q8_0 {
        while bytes.len() < size {
            // 0.0004 as a half: weights of about the spread that training leaves.
            bytes.extend(0x0E8E_u16.to_le_bytes());
            for _ in 0..4 {
                bytes.extend(random.next().to_le_bytes());
            }
        }
    } else {
        while bytes.len() < size {
            bytes.extend(1.0_f32.to_le_bytes());
        }
    }
    bytes.resize(size.next_multiple_of(32), 0);
    file.write_all(&bytes).unwrap();
}

/// The entries of Ember's header that describe its tokenizer, with words added.
fn tokenizer(vocabulary: u64) -> Vec<Vec<u8>> {
    let mut header = Vec::new();
    File::open(place::ember())
        .unwrap()
        .take(1 << 20)
        .read_to_end(&mut header)
        .unwrap();
    let mut at = 16;
    let count = number(&header, &mut at, 8);
    let mut entries = Vec::new();
    for _ in 0..count {
        let start = at;
        let length = number(&header, &mut at, 8);
        let key = String::from_utf8(header[at..at + length].to_vec()).unwrap();
        at += length;
        let kind_at = at;
        let kind = number(&header, &mut at, 4);
        skip(&header, &mut at, kind);
        if key.starts_with("tokenizer.") {
            let mut entry = header[start..at].to_vec();
            let filler: Option<fn(u64) -> Vec<u8>> = match key.as_str() {
                "tokenizer.ggml.tokens" => Some(|index| text(&format!("w{index}"))),
                "tokenizer.ggml.token_type" => Some(|_| 1_i32.to_le_bytes().into()),
                "tokenizer.ggml.scores" => Some(|_| 0_f32.to_le_bytes().into()),
                _ => None,
            };
            if let Some(filler) = filler {
                let length_at = kind_at - start + 8;
                let mut cursor = length_at;
                let have = number(&entry, &mut cursor, 8) as u64;
                entry[length_at..length_at + 8].copy_from_slice(&vocabulary.to_le_bytes());
                (have..vocabulary).for_each(|index| entry.extend(filler(index)));
            }
            entries.push(entry);
        }
    }
    entries
}

fn skip(bytes: &[u8], at: &mut usize, kind: usize) {
    match kind {
        0 | 1 | 7 => *at += 1,
        2 | 3 => *at += 2,
        4..=6 => *at += 4,
        8 => {
            let length = number(bytes, at, 8);
            *at += length;
        }
        9 => {
            let kind = number(bytes, at, 4);
            let length = number(bytes, at, 8);
            (0..length).for_each(|_| skip(bytes, at, kind));
        }
        _ => *at += 8,
    }
}

fn number(bytes: &[u8], at: &mut usize, width: usize) -> usize {
    let mut number = [0; 8];
    number[..width].copy_from_slice(&bytes[*at..*at + width]);
    *at += width;
    usize::try_from(u64::from_le_bytes(number)).unwrap()
}

/// Marsaglia's xorshift64: fast, and the same on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
