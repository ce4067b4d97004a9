//! Rows whose columns are shown as `service` says: to some with the row, to others not at all.

use {
    super::{error::public, loads::Loads, object::camel},
    async_graphql::{
        ContainerType, Context, ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
        parser::types::Field, registry::Registry, resolver_utils::resolve_container,
    },
    sea_orm::{Iden, Iterable},
    service::kernel::access::Guarded,
    std::{borrow::Cow, collections::HashMap, ops::Deref},
};

/// A row, the columns of which are the fields of an object.
#[derive(Clone)]
pub(crate) struct Screened<E: Screen>(E::Model);

/// A table that objects are made of.
pub(crate) trait Screen:
    Guarded<Model: ContainerType + Clone + Send + Sync + 'static>
{
    /// The column behind a field.
    fn column(field: &str) -> Option<Self::Column>;
}

/// The columns of a table by the names of their fields.
pub(crate) fn fields<E: Guarded>() -> HashMap<String, E::Column> {
    E::Column::iter().map(|column| (camel(&column.to_string()), column)).collect()
}

impl<E: Screen> Screened<E> {
    /// Screens a row.
    pub(crate) fn new(row: E::Model) -> Self {
        Self(row)
    }
}

/// The row itself, for edges: what they lead to is screened in turn.
impl<E: Screen> Deref for Screened<E> {
    type Target = E::Model;

    fn deref(&self) -> &E::Model {
        &self.0
    }
}

impl<E: Screen> OutputType for Screened<E> {
    fn type_name() -> Cow<'static, str> {
        E::Model::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        E::Model::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl<E: Screen> ContainerType for Screened<E> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        if let Some(column) = E::column(&ctx.item.node.name.node) {
            let viewer = Loads::of(ctx).reader().ctx().viewer();
            viewer.shows::<E>(column, &self.0).map_err(|refused| {
                ctx.set_error_path(public(&refused).into_server_error(ctx.item.pos))
            })?;
        }
        self.0.resolve_field(ctx).await
    }
}
