//! Rows, many at a time.

use {
    async_graphql::dataloader::Loader,
    entity::{
        coaching::{
            alert::{self, AlertStatus},
            alert_rule, client, ea, end_of_day_report, pairing,
        },
        id::{AlertRuleId, ClientId, EaId, PairingId, UserId},
        kernel::user,
    },
    sea_orm::{
        ActiveEnum, ColumnTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait,
        FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
    },
    std::{collections::HashMap, sync::Arc},
    uuid::Uuid,
};

/// The newest reports of each of many pairings.
const REPORTS: &str = "SELECT newest.* FROM unnest($1) parent (id) CROSS JOIN LATERAL \
    (SELECT * FROM end_of_day_reports WHERE pairing_id = parent.id \
    ORDER BY report_date DESC, id DESC LIMIT $2) newest";
/// The newest alerts of each of many pairings, of some statuses.
const ALERTS: &str = "SELECT newest.* FROM unnest($1) parent (id) CROSS JOIN LATERAL \
    (SELECT * FROM alerts WHERE pairing_id = parent.id AND status = ANY($3) \
    ORDER BY detected_at DESC, id DESC LIMIT $2) newest";

type Loaded<K, V> = Result<HashMap<K, V>, Arc<DbErr>>;

/// All rows.
pub(super) struct Rows(pub(super) Option<DatabaseConnection>);

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct NewestReports {
    pub(super) pairing: PairingId,
    pub(super) first: u64,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct OpenAlerts {
    pub(super) pairing: PairingId,
    pub(super) first: u64,
    pub(super) statuses: Vec<AlertStatus>,
}

impl Rows {
    fn db(&self) -> Result<&DatabaseConnection, Arc<DbErr>> {
        self.0.as_ref().ok_or_else(|| Arc::new(DbErr::Custom("there is no database".into())))
    }

    /// What a statement of PostgreSQL finds, by pairing.
    async fn found<M: FromQueryResult>(
        &self,
        text: &str,
        values: Vec<Value>,
        pairing: fn(&M) -> PairingId,
    ) -> Loaded<PairingId, Vec<M>> {
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, text, values);
        let rows = M::find_by_statement(statement).all(self.db()?).await?;
        let mut by_pairing = HashMap::<_, Vec<_>>::new();
        for row in rows {
            by_pairing.entry(pairing(&row)).or_default().push(row);
        }
        Ok(by_pairing)
    }
}

macro_rules! by_id {
    ($($id:ty => $entity:ident),+) => { $(
        impl Loader<$id> for Rows {
            type Value = $entity::Model;
            type Error = Arc<DbErr>;

            async fn load(&self, ids: &[$id]) -> Loaded<$id, Self::Value> {
                let ids = $entity::Column::Id.is_in(ids.iter().copied());
                let rows = $entity::Entity::find().filter(ids).all(self.db()?).await?;
                Ok(rows.into_iter().map(|row| (row.id, row)).collect())
            }
        }
    )+ };
}

by_id! {
    UserId => user,
    EaId => ea,
    ClientId => client,
    PairingId => pairing,
    AlertRuleId => alert_rule
}

impl Loader<NewestReports> for Rows {
    type Value = Vec<end_of_day_report::Model>;
    type Error = Arc<DbErr>;

    async fn load(&self, keys: &[NewestReports]) -> Loaded<NewestReports, Self::Value> {
        let mut found = HashMap::new();
        if self.db()?.get_database_backend() == DbBackend::Sqlite {
            // Nothing is far away: a statement a pairing is what there is to do.
            for key in keys {
                let rows = end_of_day_report::Entity::find()
                    .filter(end_of_day_report::Column::PairingId.eq(key.pairing))
                    .order_by_desc(end_of_day_report::Column::ReportDate)
                    .order_by_desc(end_of_day_report::Column::Id)
                    .limit(key.first)
                    .all(self.db()?)
                    .await?;
                found.insert(key.clone(), rows);
            }
            return Ok(found);
        }
        let parents: Vec<Uuid> = keys.iter().map(|it| it.pairing.into()).collect();
        let first = keys.iter().map(|it| it.first).max().unwrap_or_default();
        let values = vec![parents.into(), i64::try_from(first).unwrap_or(i64::MAX).into()];
        let pairing = |it: &end_of_day_report::Model| it.pairing_id;
        let by_pairing = self.found(REPORTS, values, pairing).await?;
        found.extend(
            keys.iter()
                .map(|it| (it.clone(), by_pairing.get(&it.pairing).cloned().unwrap_or_default())),
        );
        Ok(found)
    }
}

impl Loader<OpenAlerts> for Rows {
    type Value = Vec<alert::Model>;
    type Error = Arc<DbErr>;

    async fn load(&self, keys: &[OpenAlerts]) -> Loaded<OpenAlerts, Self::Value> {
        let mut found = HashMap::new();
        if self.db()?.get_database_backend() == DbBackend::Sqlite {
            for key in keys {
                let rows = alert::Entity::find()
                    .filter(alert::Column::PairingId.eq(key.pairing))
                    .filter(alert::Column::Status.is_in(key.statuses.iter().copied()))
                    .order_by_desc(alert::Column::DetectedAt)
                    .order_by_desc(alert::Column::Id)
                    .limit(key.first)
                    .all(self.db()?)
                    .await?;
                found.insert(key.clone(), rows);
            }
            return Ok(found);
        }
        let Some(OpenAlerts { first, statuses, .. }) = keys.first() else { return Ok(found) };
        let parents: Vec<Uuid> = keys.iter().map(|it| it.pairing.into()).collect();
        let statuses: Vec<String> = statuses.iter().map(ActiveEnum::to_value).collect();
        let first = i64::try_from(*first).unwrap_or(i64::MAX);
        let values = vec![parents.into(), first.into(), statuses.into()];
        let by_pairing = self.found(ALERTS, values, |it: &alert::Model| it.pairing_id).await?;
        found.extend(
            keys.iter()
                .map(|it| (it.clone(), by_pairing.get(&it.pairing).cloned().unwrap_or_default())),
        );
        Ok(found)
    }
}
