//! Many rows of one table, changed by one statement.

use {
    super::given::{self, Column, GIVEN, columns},
    sea_orm::{
        ConnectionTrait, DbErr, EntityName, IdenStatic, ModelTrait,
        sea_query::{Alias, Expr, ExprTrait, Query},
    },
};

/// Makes rows what they are to be, each told by what it was and what it is to be. Only columns that
/// change in one of them are written.
pub(crate) async fn update<M: ModelTrait>(
    db: &impl ConnectionTrait,
    rows: &[(&M, &M)],
) -> Result<(), DbErr> {
    let is_changed =
        |it: &Column<M>| rows.iter().any(|(before, after)| before.get(*it) != after.get(*it));
    let changed: Vec<_> = columns::<M>().filter(is_changed).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let key = columns::<M>().filter(|it| it.as_str() == "id");
    let given: Vec<_> = key.chain(changed.iter().copied()).collect();
    let after: Vec<&M> = rows.iter().map(|(_, after)| *after).collect();
    let entity = M::Entity::default();
    let name = Alias::new(entity.table_name());
    let column = |it: &Column<M>| Expr::col((GIVEN, Alias::new(it.as_str())));
    let mut update = Query::update();
    update
        .table(name.clone())
        .values(changed.iter().map(|it| (Alias::new(it.as_str()), column(it))))
        .from(given::table(db.get_database_backend(), &after, &given)?)
        .and_where(Expr::col((name, "id")).eq(Expr::col((GIVEN, "id"))));
    let count = db.execute(&update).await?.rows_affected();
    if count == rows.len() as u64 { Ok(()) } else { Err(DbErr::RecordNotUpdated) }
}
