// Signs and verifies with panva's jose: `node jose.mjs FOLDER MILLISECONDS`. Counts the whole process, since node
// signs on other threads than the one that asks.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as jose from "jose";

const [folder, millis] = process.argv.slice(2);
const read = (name) => readFileSync(join(folder, name), "utf8");
const claims = JSON.parse(read("claims.json"));

async function rate(work) {
  for (let warm = 0; warm < 200; warm++) await work();
  const start = process.cpuUsage();
  for (let count = 50; ; count += 50) {
    for (let turn = 0; turn < 50; turn++) await work();
    const { user, system } = process.cpuUsage(start);
    if (user + system >= millis * 1000) return (count * 1e6) / (user + system);
  }
}

for (const alg of ["RS256", "ES256"]) {
  const signing = await jose.importPKCS8(read(`${alg}.private.pem`), alg);
  const verifying = await jose.importSPKI(read(`${alg}.public.pem`), alg);
  const sign = () => new jose.SignJWT(claims).setProtectedHeader({ alg, typ: "JWT", kid: "014-3" }).sign(signing);
  const token = await sign();
  const rules = { algorithms: [alg], audience: "itmx", issuer: "014", typ: "JWT" };
  console.log(`${alg} sign ${await rate(sign)}`);
  console.log(`${alg} verify ${await rate(() => jose.jwtVerify(token, verifying, rules))}`);
}
