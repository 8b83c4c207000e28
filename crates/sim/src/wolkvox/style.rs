//! The documented variants of an answer. The vendor's pages, samples and real answers differ; a client must take
//! them all.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How answers look. The default follows the samples of wolkvox.md, Requests where they are definite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Style {
    pub code: CodeStyle,
    pub status: StatusStyle,
    pub percent: PercentStyle,
    pub names: NameStyle,
    pub data: DataStyle,
    pub empty: EmptyStyle,
}

/// The envelope's `code` (wolkvox.md, Requests).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeStyle {
    /// As the samples have it: `"200"` for agentbox, `"201"` for add_record, `202` for codify, `200` for reports.
    #[default]
    Documented,
    Number,
    Text,
    /// `""`, as the sample of `campaigns`: a success without a code.
    Empty,
    /// `"0"`, as the sample of `activity_codes`.
    Zero,
}

/// Whether the HTTP status is the body's code (wolkvox.md, Requests).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusStyle {
    #[default]
    SameAsCode,
    /// Successes are 200 whatever the body says, errors their own.
    SuccessIs200,
    /// Even errors.
    Always200,
}

/// `service_level_up` and its like (wolkvox.md, Requests).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PercentStyle {
    /// `34.64 %`
    #[default]
    SpaceAndSign,
    /// `34.64%`
    Sign,
    /// `34,64 %`
    Comma,
    /// `34.64`
    Bare,
    /// `+34.64 %`, and ASCII minus for a loss
    Plus,
}

/// Field names that differ between the vendor's own pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameStyle {
    /// `cod_act`, `id_campaing`, `ocupation`, `type_interaction`, `telephone`
    #[default]
    Postman,
    /// `code_act`, `id_campaign`, `occupancy`, `type_call`, `tel_number`
    WebPage,
}

/// `data` may be an array or an object (wolkvox.md, Requests).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataStyle {
    #[default]
    Documented,
    /// One row comes without its array.
    OneAsObject,
    /// Rows come as `{"0": {…}, "1": {…}}`.
    Keyed,
}

/// Nothing found (wolkvox.md, Errors, Requests).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyStyle {
    #[default]
    NotFound,
    EmptyList,
}

/// Whether a sample shows `code` as a number or as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeKind {
    Number,
    Text,
}

impl Style {
    pub(crate) fn code(self, code: u16, kind: CodeKind) -> Value {
        let success = code < 300;
        match (self.code, kind) {
            (CodeStyle::Empty, _) if success => Value::from(""),
            (CodeStyle::Zero, _) if success => Value::from("0"),
            (CodeStyle::Text, _) | (CodeStyle::Documented, CodeKind::Text) => Value::from(code.to_string()),
            _ => Value::from(code),
        }
    }

    pub(crate) fn status(self, code: u16) -> u16 {
        match self.status {
            StatusStyle::SameAsCode => code,
            StatusStyle::SuccessIs200 => {
                if code < 300 {
                    200
                } else {
                    code
                }
            }
            StatusStyle::Always200 => 200,
        }
    }

    /// From hundredths of a percent.
    pub(crate) fn percent(self, hundredths: i64) -> String {
        let sign = if hundredths < 0 { "-" } else { "" };
        let plain = format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100);
        match self.percent {
            PercentStyle::SpaceAndSign => format!("{plain} %"),
            PercentStyle::Sign => format!("{plain}%"),
            PercentStyle::Comma => format!("{} %", plain.replace('.', ",")),
            PercentStyle::Bare => plain,
            PercentStyle::Plus if hundredths >= 0 => format!("+{plain} %"),
            PercentStyle::Plus => format!("{plain} %"),
        }
    }

    /// Rows and single objects, as this style has them. `rows`: whether the samples show an array of rows.
    pub(crate) fn data(self, data: Value, rows: bool) -> Value {
        let data = self.names(data);
        match data {
            Value::Array(mut all) if rows => match self.data {
                DataStyle::Documented => Value::Array(all),
                DataStyle::OneAsObject if all.len() == 1 => all.remove(0),
                DataStyle::OneAsObject => Value::Array(all),
                DataStyle::Keyed => {
                    Value::Object(all.into_iter().enumerate().map(|(n, row)| (n.to_string(), row)).collect())
                }
            },
            other => other,
        }
    }

    fn names(self, data: Value) -> Value {
        if self.names == NameStyle::Postman {
            return data;
        }
        match data {
            Value::Array(all) => Value::Array(all.into_iter().map(|row| self.names(row)).collect()),
            Value::Object(row) => {
                let row: Map<_, _> = row.into_iter().map(|(name, value)| (on_the_page(&name).into(), value)).collect();
                Value::Object(row)
            }
            other => other,
        }
    }
}

fn on_the_page(name: &str) -> &str {
    match name {
        "cod_act" => "code_act",
        "cod_act_2" => "code_act_2",
        "id_campaing" => "id_campaign",
        "ocupation" => "occupancy",
        "type_interaction" => "type_call",
        "telephone" => "tel_number",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_written_in_every_documented_way() {
        let written = |percent, hundredths| Style { percent, ..Style::default() }.percent(hundredths);
        assert_eq!(written(PercentStyle::SpaceAndSign, 3464), "34.64 %");
        assert_eq!(written(PercentStyle::Sign, 5), "0.05%");
        assert_eq!(written(PercentStyle::Comma, -1250), "-12,50 %");
        assert_eq!(written(PercentStyle::Bare, 0), "0.00");
        assert_eq!(written(PercentStyle::Plus, 100), "+1.00 %");
        assert_eq!(written(PercentStyle::Plus, -100), "-1.00 %");
    }

    #[test]
    fn an_error_keeps_its_code_in_every_style() {
        for code in [CodeStyle::Empty, CodeStyle::Zero, CodeStyle::Number] {
            assert_eq!(Style { code, ..Style::default() }.code(403, CodeKind::Text), 403);
        }
        assert_eq!(Style { code: CodeStyle::Text, ..Style::default() }.code(403, CodeKind::Number), "403");
    }
}
