//! `runsheet config`: where things are, what is in force, and a template to begin with.

use serde_json::json;

use crate::config;
use crate::paths::Paths;
use crate::session::aside::say;

use super::args::Args;
use super::output::Output;
use super::{Ending, Result, Stop};

/// Prints the configuration; mistakes in it go to stderr.
pub fn run(args: &Args, output: &Output) -> Result<Ending> {
    let paths = Paths::find(args.config.clone(), args.data_dir.clone());
    let paths =
        paths.ok_or_else(|| Stop::Words("this system names no home folder; use --config and --data-dir".into()))?;
    let (config, mistakes) = config::load(&paths.config, crate::session::PROVIDERS);
    for mistake in &mistakes {
        say!("{mistake}");
    }
    let ending = if mistakes.is_empty() { Ending::Done } else { Ending::Refused };
    if output.is_json() {
        let accounts: Vec<_> = config
            .accounts
            .iter()
            .map(|account| {
                json!({
                    "name": account.name.as_str(),
                    "provider": account.provider,
                    "base_url": account.base_url,
                    "key_env": account.key_env,
                })
            })
            .collect();
        output.value(&json!({
            "config": paths.config,
            "data": paths.data,
            "timezone": config.timezone.map(|zone| zone.name()),
            "accounts": accounts,
        }))?;
        return Ok(ending);
    }
    output.line(&format!("# configuration: {}", paths.config.display()))?;
    output.line(&format!("# data:          {}", paths.data.display()))?;
    for account in &config.accounts {
        output.line(&format!("# account:       {} ({})", account.name, account.provider))?;
    }
    output.line("")?;
    output.line(config::TEMPLATE.trim_end())?;
    Ok(ending)
}
