//! `satang stamp duty`: what an instrument costs, and until when it is filed. It calls nobody.

use super::describe::Described;
use crate::output::{Exit, Output};
use satang_schema::{Date, Satang};
use satang_stamp_duty::{Holidays, duty, filing_deadline};
use serde_json::json;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    described: Described,
    /// A day on which offices are closed besides Saturdays and Sundays; as often as there are such days
    #[arg(long, value_name = "DATE")]
    holiday: Vec<Date>,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let described = &arguments.described;
    let wrong = |name: &str, rule: &dyn std::fmt::Display| Exit::Usage(format!("--{name}: {rule}"));
    let nature = described.nature().map_err(|(name, rule)| wrong(name, &rule))?;
    let cost = nature.duty().map_err(|rule| wrong("amount", &rule))?;
    let duplicates = duty::of_duplicates(cost, described.duplicates());
    let total = Satang(cost.0.saturating_add(duplicates.0));
    let holidays: Holidays = arguments.holiday.iter().copied().collect();
    let deadline = described.created.map(|created| filing_deadline(created, &holidays)).transpose();
    let deadline = deadline.map_err(|rule| wrong("created", &rule))?.map(|day| day.to_string());
    let value = json!({
        "typeCode": nature.type_code().to_string(), "duty": cost.to_string(),
        "duplicates": duplicates.to_string(), "total": total.to_string(), "deadline": deadline,
    });
    let mut text = format!("{total} baht");
    if duplicates > Satang(0) {
        text.push_str(&format!(
            ": {cost} for the original, {duplicates} for {} duplicates",
            described.duplicates()
        ));
    }
    if let Some(day) = deadline {
        text.push_str(&format!("\nTo be filed before it is made, or until {day}"));
    }
    output.say(&value, text);
    Ok(Exit::Success)
}
