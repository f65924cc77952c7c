//! `hearth doctor`.

use hearth_core::{Code, Error, Hearth, doctor};

use super::print;

/// Prints what was found; fails when something is not as it should be.
pub(super) async fn run(hearth: &Hearth, json: bool) -> Result<(), Error> {
    let findings = doctor::examine(hearth).await;
    if json {
        print::json(&findings)?;
    } else {
        for finding in &findings {
            let mark = if finding.ok { "ok " } else { "BAD" };
            print::text(&format!(
                "{mark}  {:<15} {}\n",
                finding.about, finding.found
            ));
        }
    }
    match findings.iter().filter(|finding| !finding.ok).count() {
        0 => Ok(()),
        count => Err(Error::new(
            Code::Installation,
            format!("{count} of the findings need attention."),
        )),
    }
}
