//! Questions that mean the same: how many are found, how many wrong ones are given, how fast. The
//! half of the data that tuning never saw; beside it, cosine alone.

use std::collections::BTreeMap;
use std::time::Instant;

use hearth_support::near_misses::{Half, Seed, of_the_moment, seeds};
use rusqlite::{Connection, params};

use super::{Home, quantile, since};
use crate::report::{Goal, Report};

/// Thresholds of those who look at the cosine alone.
const COSINES: [f32; 4] = [0.80, 0.90, 0.92, 0.95];

/// A question that is asked, and the one whose answer is right for it, if any.
struct Asked<'a> {
    text: &'a str,
    class: &'a str,
    language: &'a str,
    right: Option<&'a str>,
}

fn asked(seeds: &[Seed]) -> Vec<Asked<'_>> {
    let mut all = Vec::new();
    for seed in seeds {
        let language = seed.language.as_str();
        let same = seed.same.iter().map(|text| Asked {
            text,
            class: "same",
            language,
            right: Some(&seed.seed),
        });
        all.extend(same);
        for (class, texts) in &seed.other {
            all.extend(texts.iter().map(|text| Asked {
                text,
                class,
                language,
                right: None,
            }));
        }
    }
    all
}

#[derive(Default)]
struct Score {
    right: f64,
    wrong: f64,
    same: f64,
}

impl Score {
    fn add(&mut self, asked: &Asked<'_>, like: Option<&str>) {
        self.same += f64::from(u8::from(asked.right.is_some()));
        match like {
            Some(like) if asked.right == Some(like) => self.right += 1.0,
            Some(_) => self.wrong += 1.0,
            None => {}
        }
    }

    fn recall(&self) -> f64 {
        self.right / self.same * 100.0
    }

    fn wrong_share(&self) -> f64 {
        self.wrong / (self.right + self.wrong).max(1.0) * 100.0
    }

    /// The upper end of Wilson's 95 % interval of the wrong share, in percent.
    fn wrong_at_most(&self) -> f64 {
        let count = (self.right + self.wrong).max(1.0);
        let (share, z) = (self.wrong / count, 1.96_f64);
        let middle = share + z * z / (2.0 * count);
        let spread = z * (share * (1.0 - share) / count + z * z / (4.0 * count * count)).sqrt();
        (middle + spread) / (1.0 + z * z / count) * 100.0
    }
}

pub(super) async fn quality(report: &mut Report) {
    let home = Home::new("");
    let seeds = seeds(Half::Sealed);
    for seed in &seeds {
        home.hearth
            .chat
            .keep_answer(&seed.seed, seed.seed.clone(), true)
            .await
            .unwrap();
    }
    let all = asked(&seeds);
    let cosines = nearest(&home, &seeds, &all).await;
    let mut ours = Score::default();
    let mut english = Score::default();
    let mut by_class: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let mut by_language: BTreeMap<&str, Score> = BTreeMap::new();
    for one in &all {
        let found = home.hearth.chat.kept_answer(one.text, true).await.unwrap();
        let like = found.and_then(|found| found.reused.question.or(Some(found.answer.text)));
        ours.add(one, like.as_deref());
        by_language
            .entry(one.language)
            .or_default()
            .add(one, like.as_deref());
        if one.language == "en" {
            english.add(one, like.as_deref());
        }
        let class = by_class.entry(one.class).or_default();
        class.0 += 1.0;
        class.1 += f64::from(u8::from(like.is_some()));
    }
    let mut plain: Vec<Score> = COSINES.iter().map(|_| Score::default()).collect();
    for (one, (nearest, cosine)) in all.iter().zip(&cosines) {
        for (score, least) in plain.iter_mut().zip(COSINES) {
            score.add(one, (*cosine >= least).then_some(nearest.as_str()));
        }
    }
    for (score, least) in plain.iter().zip(COSINES) {
        let what = format!("similar: wrong share of hits, against cosine {least} alone");
        report.add(
            &what,
            "%",
            &[ours.wrong_share()],
            &[score.wrong_share()],
            Goal::AtMost(1.0),
        );
        let what = format!("similar: paraphrases found, against cosine {least} alone");
        report.add(
            &what,
            "%",
            &[ours.recall()],
            &[score.recall()],
            Goal::AtLeast(40.0),
        );
    }
    report.add(
        "similar: wrong share of hits, upper end of 95 %",
        "%",
        &[ours.wrong_at_most()],
        &[f64::NAN],
        Goal::AtMost(1.0),
    );
    report.add(
        "similar: paraphrases found, English",
        "%",
        &[english.recall()],
        &[f64::NAN],
        Goal::AtLeast(40.0),
    );
    for (language, score) in &by_language {
        let what = format!(
            "similar: paraphrases found, {language}, {} wrong",
            score.wrong
        );
        report.add(&what, "%", &[score.recall()], &[f64::NAN], Goal::None);
    }
    for (class, (count, taken)) in by_class.iter().filter(|(class, _)| **class != "same") {
        let what = format!("similar: taken for the same, {class}, of {count}");
        report.add(
            &what,
            "%",
            &[taken / count * 100.0],
            &[f64::NAN],
            Goal::AtMost(1.0),
        );
    }
    moments(report, &home).await;
}

/// Prompts that are never answered from what is kept.
async fn moments(report: &mut Report, home: &Home) {
    let moments = of_the_moment(Half::Sealed);
    let mut bypassed = 0.0;
    for prompt in &moments {
        let kept = home
            .hearth
            .chat
            .keep_answer(prompt, "x".into(), true)
            .await
            .unwrap();
        bypassed += f64::from(u8::from(kept.is_none()));
    }
    let what = format!(
        "cache: prompts of the moment that are bypassed, of {}",
        moments.len()
    );
    report.add(
        &what,
        "%",
        &[bypassed / moments.len() as f64 * 100.0],
        &[f64::NAN],
        Goal::AtLeast(100.0),
    );
}

/// For each question, the seed nearest to it, and how near.
async fn nearest(home: &Home, seeds: &[Seed], all: &[Asked<'_>]) -> Vec<(String, f32)> {
    let kept: Vec<String> = seeds.iter().map(|seed| seed.seed.clone()).collect();
    let kept_vectors = home.hearth.engines.embed(kept.clone()).await.unwrap();
    let mut nearest = Vec::with_capacity(all.len());
    for part in all.chunks(64) {
        let texts = part.iter().map(|one| one.text.to_owned()).collect();
        for vector in home.hearth.engines.embed(texts).await.unwrap() {
            let cosine = |other: &Vec<f32>| -> f32 {
                vector
                    .iter()
                    .zip(other)
                    .map(|(one, other)| one * other)
                    .sum()
            };
            let best = kept
                .iter()
                .zip(kept_vectors.iter().map(cosine))
                .max_by(|one, other| one.1.total_cmp(&other.1))
                .unwrap();
            nearest.push((best.0.clone(), best.1));
        }
    }
    nearest
}

/// A lookup among a hundred thousand questions.
pub(super) async fn speed(report: &mut Report) {
    const ENTRIES: u32 = 100_000;
    let home = Home::new("");
    home.hearth
        .chat
        .keep_answer("How do I boil an egg?", "Seven minutes.".into(), true)
        .await
        .unwrap();
    home.hearth.cache.flush().await;
    fill(&home, ENTRIES);
    let mut whole = Vec::new();
    let mut embedding = Vec::new();
    for round in 0..300 {
        let question = format!("Please tell me how to boil {round} eggs");
        let start = Instant::now();
        home.hearth.chat.kept_answer(&question, true).await.unwrap();
        // The first one reads them all.
        if round > 0 {
            whole.push(since(start) / 1000.0);
        }
        let start = Instant::now();
        home.hearth.engines.embed(vec![question]).await.unwrap();
        embedding.push(since(start) / 1000.0);
    }
    let alone = quantile(&mut embedding, 0.5);
    report.add(
        "similar: lookup among 100,000, p50, against the embedding alone",
        "ms",
        &[quantile(&mut whole, 0.5)],
        &[alone],
        Goal::AtMost(15.0),
    );
    report.add(
        "similar: lookup among 100,000, p99",
        "ms",
        &[quantile(&mut whole, 0.99)],
        &[alone],
        Goal::AtMost(50.0),
    );
}

/// Puts questions beside the one that is kept, with vectors drawn by chance.
fn fill(home: &Home, count: u32) {
    let mut connection = Connection::open(home.folder.path().join("cache.db")).unwrap();
    let transaction = connection.transaction().unwrap();
    let mut random = hearth_support::random::Random::new(5);
    for number in 1..=count {
        transaction
            .prepare_cached(
                "INSERT INTO responses SELECT ?1, request, answer, 'Filler ' || ?1, model, kind, persona, conversation,
                     revision, made_at, used_at, ends_at, hits, bytes FROM responses WHERE question LIKE '%egg%' LIMIT 1",
            )
            .unwrap()
            .execute([number])
            .unwrap();
        let vector: Vec<u8> = (0..384)
            .map(|_| random.below(14).wrapping_sub(7) as u8)
            .collect();
        transaction
            .prepare_cached(
                "INSERT INTO questions (response, partition, text, embedder, vector)
                 SELECT ?1, partition, 'Filler ' || ?1, embedder, ?2 FROM questions LIMIT 1",
            )
            .unwrap()
            .execute(params![number, vector])
            .unwrap();
    }
    transaction.commit().unwrap();
}
