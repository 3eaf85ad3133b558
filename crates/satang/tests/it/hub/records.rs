//! The hub's records, read past all code that wrote them, held against what members know.

use super::asker::Asked;
use satang_gateway::store::{Store, StoreError, Tx};
use std::{
    collections::{HashMap, HashSet},
    fmt,
    path::Path,
};

/// What became of one question.
#[derive(Clone, Debug)]
pub(super) struct Record {
    request_id: String,
    member: String,
    end: String,
    code: Option<String>,
}

impl Record {
    /// All records of a store whose gateway was stopped or killed, or still runs.
    pub(super) async fn all(data: &Path) -> Vec<Self> {
        let store = Store::open_read_only(data).expect("a store can be read");
        let records = store.read(read).await.expect("a store can be read");
        store.close().await.expect("a store can be closed");
        records
    }

    pub(super) fn is_of(&self, asked: &Asked) -> bool {
        self.request_id == asked.id && self.member == asked.member
    }
}

fn read(tx: &mut Tx<'_>) -> Result<Vec<Record>, StoreError> {
    let sql = "SELECT request_id, member, end_state, code FROM verification";
    tx.query(sql, &[], |row| {
        Ok(Record {
            request_id: row.optional_text(0)?.unwrap_or_default(),
            member: row.optional_text(1)?.unwrap_or_default(),
            end: row.text(2)?,
            code: row.optional_text(3)?,
        })
    })
}

/// What the records say that they should not: each entry is the identifier of a question.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Verdict {
    /// Answered, and there is no record.
    lost: Vec<String>,
    /// More than one end.
    doubled: Vec<String>,
    /// The record says something else than the answer.
    altered: Vec<String>,
    /// A token that was used was good again.
    reused: Vec<String>,
    /// A record of a question that nobody asked.
    strange: Vec<String>,
}

impl Verdict {
    pub(super) fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lost, doubled, altered, reused, strange } = self;
        let [lost, doubled, altered, reused, strange] =
            [lost, doubled, altered, reused, strange].map(Vec::len);
        write!(
            f,
            "{lost} lost, {doubled} doubled, {altered} altered, {reused} tokens good again, {strange} strange"
        )
    }
}

/// Each question that was answered has one end, and that is the one that was answered. One that was not answered has one at most.
pub(super) fn judge(asked: &[Asked], records: &[Record]) -> Verdict {
    let mut verdict = Verdict::default();
    let mut ends: HashMap<(&str, &str), Vec<&Record>> = HashMap::new();
    for record in records.iter().filter(|record| record.end != "REPLAYED") {
        ends.entry((&record.member, &record.request_id)).or_default().push(record);
    }
    for question in asked {
        let found =
            ends.get(&(question.member.as_str(), question.id.as_str())).map_or(&[][..], Vec::as_slice);
        if question.is_repeated {
            let is_good = question.answer.as_ref().is_some_and(|(code, _)| code != "6425" && code != "6500");
            verdict.reused.extend(is_good.then(|| question.id.clone()));
            continue;
        }
        match (found, &question.answer) {
            ([], None) => {}
            ([], Some(_)) => verdict.lost.push(question.id.clone()),
            ([record], Some((code, _)))
                if record.code.as_ref() != Some(code) || !is_end(&record.end, code) =>
            {
                verdict.altered.push(question.id.clone());
            }
            ([_], _) => {}
            _ => verdict.doubled.push(question.id.clone()),
        }
    }
    let known: HashSet<_> = asked.iter().map(|asked| (asked.member.as_str(), asked.id.as_str())).collect();
    // Whose token it was that was refused, its record does not say.
    let refused: HashSet<_> = asked.iter().filter(|it| it.is_repeated).map(|it| it.id.as_str()).collect();
    let is_known = |it: &Record| match it.end.as_str() {
        "REPLAYED" if it.member.is_empty() => refused.contains(it.request_id.as_str()),
        _ => known.contains(&(it.member.as_str(), it.request_id.as_str())),
    };
    let strange = records.iter().filter(|record| !is_known(record));
    verdict.strange.extend(strange.map(|record| record.request_id.clone()));
    verdict
}

/// The two codes that the banks of these tests bring about.
fn is_end(end: &str, code: &str) -> bool {
    matches!((end, code), ("FOUND", "0000") | ("ISSUER_UNREACHABLE", "8503"))
}

#[test]
fn a_judge_that_finds_nothing_would_be_no_judge() {
    let asked = |id: &str, code: Option<&str>| Asked {
        id: id.to_owned(),
        member: "201".to_owned(),
        bank: "202".to_owned(),
        at: std::time::Instant::now(),
        took: std::time::Duration::ZERO,
        answer: code.map(|code| (code.to_owned(), String::new())),
        is_repeated: false,
    };
    let record = |id: &str, end: &str, code: &str| Record {
        request_id: id.to_owned(),
        member: "201".to_owned(),
        end: end.to_owned(),
        code: Some(code.to_owned()),
    };
    let found = |id| record(id, "FOUND", "0000");
    let repeated = |code| Asked { is_repeated: true, ..asked("a", Some(code)) };
    let named = |id: &str| vec![id.to_owned()];
    for (asked, records, expected) in [
        (vec![asked("a", Some("0000"))], vec![found("a")], Verdict::default()),
        (vec![asked("a", None)], vec![found("a")], Verdict::default()),
        (vec![asked("a", None)], vec![], Verdict::default()),
        (vec![asked("a", Some("0000"))], vec![], Verdict { lost: named("a"), ..Verdict::default() }),
        (
            vec![asked("a", None)],
            vec![found("a"), found("a")],
            Verdict { doubled: named("a"), ..Verdict::default() },
        ),
        (
            vec![asked("a", Some("8503"))],
            vec![found("a")],
            Verdict { altered: named("a"), ..Verdict::default() },
        ),
        (vec![], vec![found("a")], Verdict { strange: named("a"), ..Verdict::default() }),
        (
            vec![asked("a", Some("0000")), repeated("6425")],
            vec![found("a"), record("a", "REPLAYED", "6425")],
            Verdict::default(),
        ),
        (
            vec![asked("a", Some("0000")), repeated("0000")],
            vec![found("a")],
            Verdict { reused: named("a"), ..Verdict::default() },
        ),
    ] {
        assert_eq!(judge(&asked, &records), expected, "{asked:?} {records:?}");
    }
}
