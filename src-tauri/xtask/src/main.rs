//! The project's own commands: `cargo xtask run`, `test`, `bench`, `bundle`, `bindings`.

mod bench;
mod bundle;
mod display;
mod launch;
mod page;
mod setup;
mod shell;
mod test;

use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build Hearth and open its window (without a display, `hearth chat`)
    Run {
        /// Arguments for Hearth itself
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Check everything that must hold
    Test,
    /// Measure, each figure beside a baseline of the same run
    Bench {
        /// Only these parts: window, answers
        parts: Vec<String>,
    },
    /// Make the .deb
    Bundle,
    /// Write ui/src/bindings.ts anew after a change of the commands
    Bindings,
}

fn main() -> anyhow::Result<()> {
    std::env::set_current_dir(shell::root())?;
    match Arguments::parse().command {
        Command::Run { arguments } => launch::run(&arguments),
        Command::Test => test::run(),
        Command::Bench { parts } => bench::run(&parts),
        Command::Bundle => {
            setup::ensure(setup::Purpose::Build)?;
            page::build()?;
            shell::build_all(&["--bins"])?;
            println!("{}", bundle::make()?.display());
            Ok(())
        }
        Command::Bindings => {
            setup::ensure(setup::Purpose::Build)?;
            shell::cargo(&["test", "--release", "--test", "shell", "bindings"])
                .and(shell::REST)
                .env("HEARTH_WRITE_BINDINGS", "1")
                .run()
        }
    }
}
