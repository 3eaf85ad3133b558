// Exchanges tokens with satang-jose as the npm package jose does: see crates/jose/examples/exchange.rs.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [tools, folder, step] = process.argv.slice(2);
const jose = await import(pathToFileURL(createRequire(join(tools, "package.json")).resolve("jose")));
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const bytes = (text) => new TextEncoder().encode(text);
const text = (octets) => new TextDecoder().decode(octets);
const currentDate = new Date(1_788_000_030_000);
const ours = read("ours.json");

function expect(found, wanted, what) {
  if (found !== wanted) throw new Error(`${what}: ${found}`);
}

async function verify(alg, { jwks, attached, claims, unencoded }) {
  const keys = jose.createLocalJWKSet(jwks);
  const options = { algorithms: [alg] };
  expect(text((await jose.compactVerify(attached, keys, options)).payload), ours.payload, alg);
  const rules = { ...options, typ: "JWT", issuer: "ours", audience: "theirs", currentDate, maxTokenAge: 60 };
  expect((await jose.jwtVerify(claims, keys, rules)).payload.jti, "1", alg);
  const [header, , signature] = unencoded.split(".");
  const flattened = { protected: header, payload: bytes(ours.payload), signature };
  await jose.flattenedVerify(flattened, keys, { ...options, crit: { b64: true } });
}

async function sign(alg) {
  const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await jose.exportJWK(publicKey)), kid: "theirs", alg, use: "sig" };
  const header = { alg, kid: "theirs" };
  const claims = { iss: "theirs", aud: "ours", jti: "2", iat: 1_788_000_000, exp: 1_788_000_060 };
  const flattened = await new jose.FlattenedSign(bytes(ours.payload))
    .setProtectedHeader({ ...header, b64: false, crit: ["b64"] })
    .sign(privateKey);
  return {
    jwks: { keys: [jwk] },
    attached: await new jose.CompactSign(bytes(ours.payload)).setProtectedHeader(header).sign(privateKey),
    claims: await new jose.SignJWT(claims).setProtectedHeader({ ...header, typ: "JWT" }).sign(privateKey),
    unencoded: `${flattened.protected}..${flattened.signature}`,
  };
}

if (step === "answer") {
  const theirs = { signed: {}, encrypted: {}, receivers: {} };
  for (const [alg, made] of Object.entries(ours.signed)) {
    await verify(alg, made);
    theirs.signed[alg] = await sign(alg);
  }
  for (const [alg, jwk] of Object.entries(ours.receivers)) {
    const header = { alg, enc: "A256GCM", kid: "ours" };
    const key = await jose.importJWK(jwk, alg);
    theirs.encrypted[alg] = await new jose.CompactEncrypt(bytes(ours.payload)).setProtectedHeader(header).encrypt(key);
    const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
    theirs.receivers[alg] = { ...(await jose.exportJWK(publicKey)), kid: "theirs", alg, use: "enc" };
    writeFileSync(join(folder, `${alg}.pem`), await jose.exportPKCS8(privateKey));
  }
  writeFileSync(join(folder, "theirs.json"), JSON.stringify(theirs));
} else {
  for (const [alg, token] of Object.entries(read("replies.json"))) {
    const key = await jose.importPKCS8(readFileSync(join(folder, `${alg}.pem`), "utf8"), alg);
    expect(text((await jose.compactDecrypt(token, key)).plaintext), ours.payload, alg);
  }
}
