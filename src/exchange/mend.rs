//! Rows that somebody mended where they were looked at: what they say instead, put over what the file says.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde_json::Value;

use super::Row;
use super::columns::Field;
use super::read::{Sheet, is_guarded, is_two_ways};
use super::write::protected;
use crate::domain::intake::Mend;

impl Sheet {
    /// Puts what was mended over the rows, by their numbers. What is left of such a row says it as well.
    pub fn mend(&mut self, mended: &BTreeMap<usize, Mend>) {
        let guarded = is_guarded(&self.head);
        for row in &mut self.rows {
            let Some(mend) = mended.get(&row.number) else { continue };
            row.mend(mend);
            if !row.all_faults().any(|words| is_two_ways(words)) {
                self.two_ways.retain(|number| *number != row.number);
            }
            match row.cells.as_mut_slice() {
                // What nobody changed is left as it was written.
                _ if !mend.says_else() => {}
                [object] if self.fields.is_empty() => over_object(object, mend),
                cells => over_cells(cells, &self.fields, mend, guarded),
            }
        }
    }
}

impl Row {
    fn mend(&mut self, mend: &Mend) {
        self.skipped = mend.skip;
        if let Some(body) = &mend.body {
            self.body.clone_from(body);
        }
        if let Some(to) = &mend.to {
            (self.to, self.rerouted) = (to.clone(), true);
        }
        if let Some(when) = &mend.when {
            self.of_time.clear();
            self.queue = None;
            (self.when, self.now) = (said(when), false);
            self.said_when.clone_from(when);
            // One that is none is what was to be mended; a good one is what the words are meant in.
            self.zone = self.zone.take().filter(|zone| zone.parse::<Tz>().is_ok());
        }
        for own in &mut self.own {
            let Some(words) = mend.own.get(&own.whose) else { continue };
            if let Some(body) = &words.body {
                own.text = said(body);
            }
            if let Some(when) = &words.when {
                own.of_time.clear();
                (own.when, own.said_when) = (said(when), said(when));
            }
        }
    }
}

/// Words that are some.
fn said(words: &str) -> Option<String> {
    Some(words.to_owned()).filter(|words| !words.is_empty())
}

/// The same in the cells of a table, as far as it has columns for it.
fn over_cells(cells: &mut [String], fields: &[Field], mend: &Mend, guarded: bool) {
    let written = |words: &String| if guarded { protected(words) } else { words.clone() };
    for (cell, field) in cells.iter_mut().zip(fields) {
        let words = match field {
            Field::TextFor(whose) => mend.own.get(whose).and_then(|own| own.body.as_ref()),
            Field::WhenFor(whose) => mend.own.get(whose).and_then(|own| own.when.as_ref()),
            _ => None,
        };
        if let Some(words) = words {
            *cell = written(words);
        }
    }
    let to = mend.to.as_ref().map(|to| to.join(", "));
    let parts: [(&Option<String>, &[Field]); 3] = [
        (&mend.body, &[Field::Body, Field::Hashtags, Field::Mentions]),
        (&to, &[Field::Channels, Field::Networks]),
        (&mend.when, &[Field::When, Field::Day, Field::Time, Field::Now, Field::Queue]),
    ];
    for (said, columns) in parts {
        let Some(said) = said else { continue };
        // The column that holds it best comes first, and the others say nothing more.
        let best = columns.iter().find_map(|column| fields.iter().position(|field| field == column));
        for (at, (cell, field)) in cells.iter_mut().zip(fields).enumerate() {
            if Some(at) == best {
                *cell = written(said);
            } else if columns.contains(field) {
                cell.clear();
            }
        }
    }
}

/// The same in an object, which is written down as JSON.
fn over_object(object: &mut String, mend: &Mend) {
    let Ok(Value::Object(mut fields)) = serde_json::from_str(object) else { return };
    if let Some(body) = &mend.body {
        fields.insert("body".into(), body.clone().into());
    }
    if let Some(to) = &mend.to {
        fields.insert("to".into(), to.clone().into());
    }
    if let Some(when) = &mend.when {
        fields.remove("instant");
        fields.remove("queue");
        fields.insert("when".into(), when.clone().into());
    }
    for target in fields.get_mut("targets").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(target) = target.as_object_mut() else { continue };
        let whose = target.get("channel").and_then(Value::as_str);
        let Some(own) = whose.and_then(|whose| mend.own.get(whose)) else { continue };
        if let Some(body) = &own.body {
            target.insert("text".into(), said(body).into());
        }
        if let Some(when) = &own.when {
            target.remove("zone");
            target.insert("when".into(), said(when).into());
        }
    }
    *object = Value::Object(fields).to_string();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::intake::Words;
    use crate::exchange::{leftovers, read, read_json};

    fn mended(number: usize, body: &str, when: &str, to: &str) -> BTreeMap<usize, Mend> {
        let mend =
            Mend { body: Some(body.into()), when: Some(when.into()), to: Some(vec![to.into()]), ..Mend::default() };
        [(number, mend)].into()
    }

    #[test]
    fn what_is_mended_stands_over_the_row_and_in_what_is_left_of_it() {
        let text = "text,hashtags,date,time,zone,channels,publish_now\n\
                    a,x,03/04/2027,09:00,Mars,nobody,maybe\nb,,05/06/2027,,Asia/Tokyo,nobody,\n";
        let mut sheet = read(text, &BTreeMap::new(), None).unwrap();
        assert_eq!((sheet.two_ways.as_slice(), sheet.rows[0].said_when.as_str()), (&[1, 2][..], "03/04/2027 09:00"));
        sheet.mend(&mended(1, "=A\nB", "2027-04-03 10:00", "x:@acme"));
        let row = &sheet.rows[0];
        assert_eq!(
            (row.body.as_str(), row.when.as_deref(), row.zone.as_deref()),
            ("=A\nB", Some("2027-04-03 10:00"), None)
        );
        assert_eq!((row.to.as_slice(), row.rerouted, row.all_faults().count()), (&["x:@acme".to_owned()][..], true, 0));
        assert_eq!(sheet.two_ways, [2]);
        let again = leftovers(&sheet.head, &[(row, "why".into())], sheet.layout);
        let again = read(&again, &BTreeMap::new(), None).unwrap();
        let row = &again.rows[0];
        assert_eq!((row.body.as_str(), row.when.as_deref()), ("=A\nB", Some("2027-04-03 10:00")));
        assert_eq!((row.to.as_slice(), row.all_faults().count()), (&["x:@acme".to_owned()][..], 0), "{row:?}");
        // Nothing instead of a time is a draft, and a zone that is one stays.
        sheet.mend(&mended(2, "b", "", "x:@acme"));
        let row = &sheet.rows[1];
        assert_eq!((row.when.as_deref(), row.zone.as_deref(), row.all_faults().count()), (None, Some("Asia/Tokyo"), 0));
    }

    #[test]
    fn what_networks_have_of_their_own_is_mended_and_taken_away() {
        let text = "text,to,text for linkedin,when for linkedin,text for acme/2\n\
                    a,x:@acme,long,03/04/2027,theirs\nb,x:@acme,,05/06/2027,\n";
        let mut sheet = read(text, &BTreeMap::new(), None).unwrap();
        assert_eq!((sheet.two_ways.as_slice(), sheet.rows[0].all_faults().count()), (&[1, 2][..], 1));
        let words = |body: Option<&str>, when: Option<&str>| Words {
            body: body.map(str::to_owned),
            when: when.map(str::to_owned),
        };
        let own = [
            ("linkedin".to_owned(), words(Some("=short"), Some("2027-04-03 10:00"))),
            ("acme/2".to_owned(), words(Some(""), None)),
        ];
        sheet.mend(&[(1, Mend { own: own.into(), ..Mend::default() })].into());
        let row = &sheet.rows[0];
        assert_eq!((row.all_faults().count(), sheet.two_ways.as_slice(), row.body.as_str()), (0, &[2][..], "a"));
        let left = leftovers(&sheet.head, &[(row, "why".into())], sheet.layout);
        for row in [row, &read(&left, &BTreeMap::new(), None).unwrap().rows[0]] {
            let own: Vec<_> = row.own.iter().map(|own| (own.whose.as_str(), own.text.as_deref())).collect();
            assert_eq!(own[0], ("linkedin", Some("=short")));
            assert_eq!(row.own[0].when.as_deref(), Some("2027-04-03 10:00"));
            assert!(own.iter().all(|(whose, text)| *whose == "linkedin" || text.is_none()), "{own:?}");
        }
        let mut sheet = read_json(
            "{\"body\": \"a\", \"targets\": [{\"channel\": \"acme/1\", \"text\": \"b\", \
             \"when\": \"2030-01-01T09:00:00+09:00\", \"zone\": \"Asia/Tokyo\"}, {\"channel\": \"acme/2\"}]}\n",
        )
        .unwrap();
        let own = [("acme/1".to_owned(), words(Some("c"), Some("2030-01-02 09:00")))];
        sheet.mend(&[(1, Mend { own: own.into(), ..Mend::default() })].into());
        for row in [&sheet.rows[0], &read_json(&sheet.rows[0].cells[0]).unwrap().rows[0]] {
            assert_eq!((row.to.len(), row.own.len(), row.own[0].text.as_deref()), (2, 1, Some("c")));
            assert_eq!(row.own[0].when.as_deref(), Some("2030-01-02 09:00"), "in the zone of the row");
        }
    }

    #[test]
    fn objects_are_mended_as_rows_of_tables_are() {
        let mut sheet = read_json(
            "{\"body\": \"a\", \"when\": \"x\", \"instant\": \"2030-01-01T00:00:00Z\", \"key\": \"k\"}\nno\n",
        )
        .unwrap();
        sheet.mend(&mended(1, "b", "2030-01-02 09:00", "x:@acme"));
        sheet.mend(&mended(2, "b", "2030-01-02 09:00", "x:@acme"));
        let row = &read_json(&sheet.rows[0].cells[0]).unwrap().rows[0];
        assert_eq!((row.body.as_str(), row.when.as_deref()), ("b", Some("2030-01-02 09:00")));
        assert_eq!((row.key.as_deref(), row.to.len()), (Some("k"), 1));
        assert_eq!(sheet.rows[1].faults.len(), 1, "what is no object is not mended by halves");
    }
}
