// What the build turns into modules besides code.

declare module "*.css";
declare module "*.graphql" {
  const text: string;
  export default text;
}
