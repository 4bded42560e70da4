const keyKinds = "api|access|secret|master|private|signing|encryption|salt|subscription|license";

/** Names in snake case whose value is a secret, whatever it looks like. */
const secret = new RegExp(
  `(?:^|_)(?:secrets?|password|passwd|passphrase|authorization|cookie|credentials?|signature|webhook_url|bearer_token.*` +
    `|token|(?:${keyKinds})_?key(?:_id)?)$`,
);

/** A chat template's marks and prices end in "token" too. */
const markOrPrice = /(?:^|_)(?:bos|eos|pad|unk|sep|mask|per|next|image)_token$/;

/** Whether a field, header or variable of this name holds a secret: `aws_secret_access_key`, `apiKey`, `X-Api-Key`, `DB_PASSWORD`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
  return secret.test(words) && !markOrPrice.test(words);
}
