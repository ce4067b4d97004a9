// Who asks: in a demo on this machine the server names an administrator, else whoever types a token.

/** The headers that stand in a fresh tab. */
export function signedIn(): { defaultHeaders: string } {
  const given = document.querySelector<HTMLMetaElement>('meta[name="vigil-authorization"]');
  const headers = given && JSON.stringify({ authorization: given.content }, null, 2);
  return { defaultHeaders: headers ?? "" };
}
