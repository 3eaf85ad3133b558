//! Settings on the command line.

use super::{SETTINGS, Setting, flag, value::Kind, variable};
use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};
use std::fmt;

/// The flags that were given: those of every command, or those of `serve` alone.
#[derive(Clone, Default)]
pub struct Flags<const GLOBAL: bool>(Vec<(String, String)>);

impl<const GLOBAL: bool> Flags<GLOBAL> {
    /// Key and text of each.
    pub fn given(&self) -> &[(String, String)] {
        &self.0
    }

    fn settings() -> impl Iterator<Item = &'static Setting> {
        SETTINGS.iter().filter(|setting| setting.is_global == GLOBAL)
    }
}

impl<const GLOBAL: bool> fmt::Debug for Flags<GLOBAL> {
    /// Which, and not what: it may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(key, _)| key)).finish()
    }
}

impl<const GLOBAL: bool> FromArgMatches for Flags<GLOBAL> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = |key: String| {
            let text = matches.get_one::<String>(&key).cloned();
            text.map(|text| (key, text))
        };
        Ok(Self(Self::settings().flat_map(Setting::keys).filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<const GLOBAL: bool> Args for Flags<GLOBAL> {
    fn augment_args(command: Command) -> Command {
        let arguments = Self::settings().flat_map(|setting| setting.keys().map(|key| argument(setting, key)));
        command.args(arguments.map(|argument| argument.global(GLOBAL)).collect::<Vec<_>>())
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn argument(setting: &Setting, key: String) -> Arg {
    let argument = Arg::new(key.clone()).long(flag(&key));
    let variable = variable(&key);
    if key != setting.key {
        return argument
            .value_name("FILE")
            .help(format!("The file that holds --{} [env: {variable}]", flag(setting.key)));
    }
    let meaning = setting.meaning.trim().trim_end_matches('.');
    let default = match setting.default {
        "" => String::new(),
        default => format!(" [default: {default}]"),
    };
    let argument = argument.help(format!("{meaning} [env: {variable}]{default}"));
    match setting.kind {
        // Not `--demo false`: the word might be meant for something else.
        Kind::Switch => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name("true|false"),
        Kind::Number => argument.value_name("NUMBER"),
        Kind::Text | Kind::Secret => {
            let name = key.rsplit('.').next().unwrap_or_default().to_uppercase();
            argument.value_name(name)
        }
    }
}
