// What an application itself saw of the Authorization header, never its value.
import { createHash } from "node:crypto";

export function seen(request) {
  const [scheme, credentials] = (request.headers.authorization ?? "").split(/ (.*)/s);
  if (!scheme) return { seen: false, scheme: "", sha256_8: "" };
  const sha256_8 = createHash("sha256").update(credentials ?? "").digest("hex").slice(0, 8);
  return { seen: true, scheme, sha256_8 };
}
