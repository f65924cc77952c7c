//! `hearth models search|info|pull`.

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

use hearth_core::models::downloads::{DownloadState, DownloadStatus};
use hearth_core::models::hub::{Hub, HubFile, Repository, Variant};
use hearth_core::models::machine::{Class, Limit, Machine, Tier};
use hearth_core::models::need::size;
use hearth_core::models::suggestion::{self, Size};
use hearth_core::secrets::{Kept, SecretShown};
use hearth_core::{Code, Error, Hearth};
use indicatif::{ProgressBar, ProgressStyle};

use super::super::print;
use super::{done, whole};

/// How often a line of progress is printed for programs.
const LINES: Duration = Duration::from_secs(1);

/// The hub of the settings, or another one for this command.
fn hub_at(hearth: &Hearth, endpoint: Option<String>) -> Hub {
    if let Some(endpoint) = endpoint {
        hearth
            .settings
            .for_now(|config| config.hub.endpoint = endpoint);
    }
    hearth.hub.clone()
}

/// Keeps, forgets or shows the token for the hub. It is never an argument: those are seen by
/// every program on the computer.
pub(super) async fn token(
    hearth: &Hearth,
    remove: bool,
    in_file: bool,
    import: Option<&Path>,
    json: bool,
) -> Result<(), Error> {
    if remove {
        hearth.hub.set_token(None).await?;
    } else if let Some(path) = import {
        if !hearth.hub.import_token(path).await? {
            let message = format!("{} has no token for the hub (HF_TOKEN).", path.display());
            return Err(Error::new(Code::NotFound, message));
        }
    } else if !std::io::stdin().is_terminal() {
        let mut token = String::new();
        std::io::stdin()
            .read_to_string(&mut token)
            .map_err(Error::internal)?;
        if !token.trim().is_empty() {
            hearth.hub.set_token(Some(&token)).await?;
        }
    }
    let is_unkept = |shown: &SecretShown| shown.kept == Kept::Session;
    if hearth.hub.token().await.as_ref().is_some_and(is_unkept) {
        if !in_file {
            let message = "This system has no keychain that could keep the token. Set it in the \
                           environment as HF_TOKEN, or keep it in a file that only you can read, \
                           with --in-file.";
            return Err(Error::new(Code::NotFound, message));
        }
        hearth.secrets.keep_in_file()?;
    }
    let shown = hearth.hub.token().await;
    if json {
        return print::json(&shown);
    }
    match shown {
        Some(shown) => print::text(&format!("A token is set; it ends with {}.\n", shown.ends)),
        None => print::text("No token is set. To set one: hearth models token < FILE\n"),
    }
    Ok(())
}

pub(super) async fn search(
    hearth: &Hearth,
    text: &str,
    endpoint: Option<String>,
    json: bool,
) -> Result<(), Error> {
    let found = hub_at(hearth, endpoint).search(text).await?;
    if json {
        return print::json(&found);
    }
    if found.is_empty() {
        print::remark("Nothing was found.");
        return Ok(());
    }
    let mut table = print::table(&["REPOSITORY", "DOWNLOADS", "LIKES", "LICENCE", ""]);
    for one in found {
        let gated = if one.gated { "terms to agree to" } else { "" };
        table.add_row([
            one.id,
            one.downloads.to_string(),
            one.likes.to_string(),
            one.license.unwrap_or_default(),
            gated.to_owned(),
        ]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

pub(super) async fn repository(
    hearth: &Hearth,
    id: &str,
    endpoint: Option<String>,
    json: bool,
) -> Result<(), Error> {
    let repository = hub_at(hearth, endpoint).repository(id).await?;
    if json {
        return print::json(&repository);
    }
    let mut table = print::table(&["QUANTIZATION", "SIZE", "FILES"]);
    for one in &repository.variants {
        let files: Vec<&str> = one.files.iter().map(|file| file.path.as_str()).collect();
        table.add_row([one.quantization.clone(), size(one.bytes), files.join("\n")]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

/// Tells what this computer is, and which model to begin with.
pub(super) async fn recommend(
    hearth: &Hearth,
    wanted: Option<Size>,
    json: bool,
) -> Result<(), Error> {
    let machine = hearth.machine().await?;
    let suggestion = suggestion::for_machine(&machine, wanted)?;
    let expected = machine.expect(suggestion.bytes);
    if json {
        return print::json(&serde_json::json!({
            "machine": machine, "suggestion": suggestion, "expected": expected,
        }));
    }
    print::text(&format!(
        "This computer: {}\n{}\n\nTo begin with: {} ({}), about {:.0} tokens/s\n  hearth models pull {} {}\n",
        in_words(&machine),
        class_in_words(&machine),
        suggestion.name,
        size(whole(suggestion.bytes)),
        expected.speed,
        suggestion.repository,
        suggestion.quantization,
    ));
    Ok(())
}

fn in_words(machine: &Machine) -> String {
    let tier = match machine.tier {
        Tier::Low => "low",
        Tier::Medium => "medium",
        Tier::High => "high",
    };
    let graphics: Vec<&str> = machine.graphics.iter().map(|one| &*one.name).collect();
    let graphics = if graphics.is_empty() {
        "no graphics processor that the engine can use".to_owned()
    } else {
        graphics.join(", ")
    };
    format!(
        "{}, {} cores, {} of memory ({} free, read at {}/s), {graphics}, {} free on the disk; tier: {tier}",
        machine.processor,
        machine.cores,
        size(whole(machine.memory)),
        size(whole(machine.free_memory)),
        size(whole(machine.bandwidth)),
        size(whole(machine.free_disk)),
    )
}

fn class_in_words(machine: &Machine) -> String {
    let class = match machine.class {
        Class::Below => {
            "below the least requirements (4 cores, 4 GB, 10 GB on the disk); small models run all the same"
        }
        Class::Minimum => "the least (10 to 20 short requests a minute)",
        Class::Recommended => "recommended (15 to 30 short requests a minute)",
        Class::Optimal => "optimal (25 to 50 short requests a minute)",
    };
    let limit = match machine.limited_by {
        None => String::new(),
        Some(Limit::Processor) => ". What limits: the processor's cores".to_owned(),
        Some(Limit::Memory) => ". What limits: the memory".to_owned(),
        Some(Limit::Disk) => ". What limits: room on the disk".to_owned(),
        Some(Limit::Graphics) => ". What limits: graphics memory".to_owned(),
    };
    format!("Requirements: {class}{limit}.")
}

pub(super) async fn pull(
    hearth: &Hearth,
    from: &str,
    file: Option<&str>,
    endpoint: Option<String>,
    json: bool,
) -> Result<(), Error> {
    let orders = if from.contains("://") {
        vec![hearth.hub.order_at(from, file)?]
    } else {
        let hub = hub_at(hearth, endpoint);
        let repository = hub.repository(from).await?;
        let files = match best(hearth, &repository, file).await? {
            Some(best) => {
                print::remark(&format!(
                    "Of its files {} suits this computer best.",
                    best.name
                ));
                best.files.as_slice()
            }
            None => chosen(&repository, file)?,
        };
        let orders = files
            .iter()
            .map(|file| hub.order(&repository.found.id, &repository.commit, file));
        orders.collect::<Result<_, Error>>()?
    };
    for id in hearth.downloads.add_all(orders).await? {
        let name = hearth.downloads.name_of(id).await?;
        let shown = show(hearth, id, json);
        tokio::select! {
            outcome = hearth.downloads.fetch(id) => outcome?,
            () = shown => {}
        }
        done(json, name.trim_end_matches(".gguf"), "downloaded")?;
    }
    Ok(())
}

pub(super) async fn requantize(
    hearth: &Hearth,
    model: &str,
    weights: &str,
    json: bool,
) -> Result<(), Error> {
    let before = hearth.models.find(model)?.bytes;
    let bar = ProgressBar::new(100);
    if json {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    let told = |percent: u8| bar.set_position(u64::from(percent));
    let copy = tokio::select! {
        copy = hearth.requantize(model, weights, told) => copy?,
        stopped = tokio::signal::ctrl_c() => {
            stopped.map_err(Error::internal)?;
            return Err(Error::new(Code::Interrupted, "The copy was given up; nothing of it is left."));
        }
    };
    bar.finish_and_clear();
    if !json {
        let (before, after) = (size(whole(before)), size(whole(copy.bytes)));
        print::remark(&format!("{before} before, {after} now."));
    }
    done(json, &copy.id, "made")
}

/// The variant to take where there are several and none was named.
async fn best<'a>(
    hearth: &Hearth,
    repository: &'a Repository,
    wanted: Option<&str>,
) -> Result<Option<&'a Variant>, Error> {
    if wanted.is_some() || repository.variants.len() < 2 {
        return Ok(None);
    }
    let machine = hearth.machine().await?;
    let best = suggestion::best(&machine, &repository.variants);
    Ok(best.map(|best| &repository.variants[best]))
}

/// The files of a quantization, or the one of a name.
fn chosen<'a>(repository: &'a Repository, wanted: Option<&str>) -> Result<&'a [HubFile], Error> {
    let list = || {
        let all = repository.variants.iter().map(|one| {
            if one.quantization.is_empty() {
                &one.name
            } else {
                &one.quantization
            }
        });
        all.cloned().collect::<Vec<_>>().join(", ")
    };
    let found = match (wanted, repository.variants.as_slice()) {
        (None, [only]) => Some(only),
        (None, _) => None,
        (Some(wanted), all) => all.iter().find(|one| {
            one.quantization.eq_ignore_ascii_case(wanted)
                || one.name == wanted.trim_end_matches(".gguf")
                || one.files.iter().any(|file| file.path == wanted)
        }),
    };
    found.map(|one| one.files.as_slice()).ok_or_else(|| {
        let message = format!(
            "Name one of the files of {}: {}.",
            repository.found.id,
            list()
        );
        Error::new(Code::NotFound, message)
    })
}

/// Shows progress for as long as it is polled.
async fn show(hearth: &Hearth, id: u32, json: bool) {
    let mut watch = hearth.downloads.watch();
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes}, {msg}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    if json {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    let mut told = std::time::Instant::now();
    while watch.changed().await.is_ok() {
        let all = watch.borrow_and_update().clone();
        let Some(one) = all.into_iter().find(|one| one.id == id) else {
            continue;
        };
        bar.set_length(whole(one.bytes));
        bar.set_position(whole(one.came));
        bar.set_message(words(&one));
        if json && told.elapsed() > LINES {
            told = std::time::Instant::now();
            // Whoever reads no lines wants none.
            let _ = print::json(&one);
        }
    }
    std::future::pending::<()>().await;
}

fn words(one: &DownloadStatus) -> String {
    match &one.state {
        DownloadState::Fetching => {
            let left = one
                .left
                .map_or_else(String::new, |left| format!(", {left:.0} s left"));
            format!("{}/s{left}", size(whole(one.speed)))
        }
        DownloadState::Checking => "comparing its checksum".to_owned(),
        DownloadState::Waiting { why } => why.clone(),
        _ => String::new(),
    }
}
