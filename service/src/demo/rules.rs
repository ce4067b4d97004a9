//! The rules that alerts are raised by, as the database holds them.

use {
    crate::{Ctx, ErrorCode, Result, Violation},
    entity::{
        coaching::alert_rule::{self, RuleType, Severity},
        id::AlertRuleId,
    },
    sea_orm::{EntityTrait, QueryOrder},
    serde_json::{Map, Value},
    std::collections::BTreeMap,
};

/// The numbers of the rules that come with Vigil.
const NUMBERS: std::ops::RangeInclusive<i32> = 1..=31;
/// How many places a table of rules by number has.
pub(super) const PLACES: usize = 32;

#[derive(Clone)]
pub(super) struct Rule {
    pub(super) id: AlertRuleId,
    pub(super) severity: Severity,
    pub(super) is_enabled: bool,
    pub(super) is_text: bool,
    pub(super) description: String,
    pub(super) thresholds: Value,
    pub(super) version: i32,
}

/// The rules by their numbers.
#[derive(Clone)]
pub(super) struct Rules(BTreeMap<usize, Rule>);

impl Rules {
    pub(super) async fn read(ctx: &Ctx) -> Result<Self> {
        let rows = alert_rule::Entity::find()
            .order_by_asc(alert_rule::Column::RuleNumber)
            .all(ctx.db())
            .await?;
        let there: Vec<i32> = rows.iter().map(|row| row.rule_number).collect();
        let missing: Vec<_> =
            NUMBERS.filter(|it| !there.contains(it)).map(|it| it.to_string()).collect();
        if !missing.is_empty() {
            let message = format!("are not installed: rules {} are missing", missing.join(", "));
            let path = vec!["alertRules".to_owned()];
            return Err(Violation { code: ErrorCode::Conflict, path, message }.into());
        }
        let kept = rows.into_iter().filter(|row| NUMBERS.contains(&row.rule_number));
        let kept = kept.filter_map(|row| Some((usize::try_from(row.rule_number).ok()?, rule(row))));
        Ok(Self(kept.collect()))
    }

    pub(super) fn of(&self, number: usize) -> &Rule {
        &self.0[&number]
    }
}

fn rule(row: alert_rule::Model) -> Rule {
    let thresholds = row.default_thresholds.0.as_object().cloned().unwrap_or_default();
    let thresholds: Map<String, Value> =
        thresholds.into_iter().map(|(name, it)| (name, it["value"].clone())).collect();
    Rule {
        id: row.id,
        severity: row.severity,
        is_enabled: row.is_enabled,
        is_text: row.rule_type == RuleType::AiText,
        description: row.alert_description,
        thresholds: Value::Object(thresholds),
        version: row.version,
    }
}
