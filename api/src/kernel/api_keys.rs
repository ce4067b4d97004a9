//! `ApiKey`: what programs ask with on behalf of people.

use {
    super::users::User,
    crate::graphql::{
        error::UserError,
        mutation::{self, mutations},
        object::object,
    },
    async_graphql::{Context, MergedObject, Object, Result, SimpleObject},
    entity::kernel::{api_key, capability::Capability},
    service::kernel::identity::api_keys::{self, ApiKeyCreateInput, ApiKeyRevokeInput, Made},
};

object! {
    /// What a program asks with on behalf of a person.
    ApiKey: api_key;
    one {
        /// On whose behalf.
        user(user_id): User;
    }
    and {
        /// What it may be used for, as far as the person may do it; everything when null.
        async fn scopes(&self) -> Option<&[Capability]> {
            self.row.scopes.as_ref().map(|it| it.0.as_slice())
        }
    }
}

/// What came of `apiKeyCreate`.
#[derive(SimpleObject)]
pub(crate) struct ApiKeyCreatePayload {
    /// The key, as far as it is kept.
    api_key: Option<ApiKey>,
    /// What to send, as `Authorization: Bearer …`; told this once.
    key: Option<String>,
    /// What is wrong with the input; empty exactly when it was done.
    errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct MakeMutation;

#[Object]
impl MakeMutation {
    /// Makes a key for a program that acts on one's own behalf.
    async fn api_key_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it takes.")] input: ApiKeyCreateInput,
    ) -> Result<ApiKeyCreatePayload> {
        let create = async |ctx: &service::Ctx| api_keys::create(ctx, input).await;
        let (made, errors) = mutation::run::<_, Made>(ctx, "api_key_create", create).await?;
        let (api_key, key) = made
            .map(|Made { api_key, key }| (ApiKey::from(api_key), key.reveal().to_owned()))
            .unzip();
        Ok(ApiKeyCreatePayload { api_key, key, errors })
    }
}

mutations! {
    RevokeMutation;
    /// Revokes a key of one's own. It stays on the list, with its last use.
    api_key_revoke(ApiKeyRevokeInput) -> ApiKeyRevokePayload {
        /// The key as it is now.
        api_key: ApiKey
    } = api_keys::revoke;
}

/// What can be done about keys.
#[derive(Default, MergedObject)]
pub(crate) struct ApiKeyMutation(MakeMutation, RevokeMutation);
