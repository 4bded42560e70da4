import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../src/base/random.ts";
import { obeys } from "../src/structured/check-schema.ts";
import { composeInstance } from "../src/structured/compose.ts";
import { composeFromGrammar } from "../src/structured/compose-grammar.ts";
import { composeFromPattern } from "../src/structured/compose-pattern.ts";
import { composeConstrained } from "../src/structured/constraint.ts";
import { ConstraintError, fullBudget } from "../src/structured/constraint-error.ts";
import { matchesSomewhere, matchesWhole } from "../src/structured/match-pattern.ts";
import { parsePattern } from "../src/structured/pattern.ts";
import { arns, failureOf, invoke, invokeStream, useRig } from "./rig.ts";
import type { Json } from "./rig.ts";

const seeds = Array.from({ length: 8 }, (_, seed) => seed);
const compose = (schema: unknown, seed = 1, subject = "What about Tokyo and 7 red boats?"): unknown =>
  composeInstance(schema, { subject, random: createRandom(seed) });

// JSON Schema has a keyword `then`, which makes no promise.
/* oxlint-disable unicorn/no-thenable */
/** Schemas of every keyword that is understood; AJV is the judge. */
const schemas: readonly Json[] = [
  { type: "string" },
  { type: "string", minLength: 30 },
  { type: "string", maxLength: 3 },
  { type: "string", minLength: 5, maxLength: 5 },
  { type: "string", pattern: "^[A-Z]{3}-\\d{4}$" },
  { type: "string", pattern: "b+", minLength: 3, maxLength: 4 },
  { enum: ["a", 1, null, { b: [2] }] },
  { enum: [null] },
  { const: { a: [1, "2"] } },
  { type: "integer", minimum: 10, maximum: 12 },
  { type: "integer", exclusiveMinimum: 10, exclusiveMaximum: 12 },
  { type: "number", minimum: 0.25, maximum: 0.75 },
  { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
  { type: "number", maximum: -5 },
  { type: "number", minimum: 1000 },
  { type: "integer", multipleOf: 7, minimum: 50 },
  { type: "number", multipleOf: 0.1, minimum: 3 },
  { type: "boolean" },
  { type: "null" },
  { type: ["string", "null"] },
  { type: ["integer", "array"], items: { type: "null" } },
  { type: "array", items: { type: "integer" }, minItems: 4 },
  { type: "array", items: { type: "integer" }, maxItems: 0 },
  { type: "array", items: { enum: ["a", "b", "c"] }, uniqueItems: true, minItems: 3 },
  { type: "array", items: { type: "string" }, uniqueItems: true, minItems: 6 },
  { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }], items: false },
  { type: "array", items: { type: "integer" }, contains: { const: 5 }, minContains: 2 },
  { type: "object", properties: { a: { type: "string" }, b: { type: "integer" } }, required: ["b"] },
  { type: "object", properties: { a: { type: "string" } }, additionalProperties: false, required: ["a"] },
  { type: "object", additionalProperties: { type: "integer" }, minProperties: 3 },
  { type: "object", properties: { a: {}, b: {}, c: {} }, maxProperties: 2, required: ["b"] },
  {
    type: "object",
    patternProperties: { "^x-[a-z]{2}$": { type: "boolean" } },
    additionalProperties: false,
    minProperties: 2,
  },
  { type: "object", propertyNames: { pattern: "^[a-c]$" }, minProperties: 2 },
  { type: "object", properties: { a: { type: "string" } }, dependentRequired: { a: ["b"] }, required: ["a"] },
  { type: "object", properties: { a: true }, dependentSchemas: { a: { required: ["c"] } }, required: ["a"] },
  { anyOf: [{ type: "string" }, { type: "integer" }] },
  {
    oneOf: [
      { type: "integer", multipleOf: 2 },
      { type: "integer", multipleOf: 3 },
    ],
  },
  {
    oneOf: [
      { type: "object", required: ["a"], properties: { a: { const: 1 } } },
      { type: "object", required: ["b"], properties: { b: { const: 2 } } },
    ],
  },
  {
    allOf: [
      { type: "object", properties: { a: { type: "string" } } },
      { type: "object", properties: { a: { minLength: 20 }, b: { type: "null" } }, required: ["a", "b"] },
    ],
  },
  { allOf: [{ type: "integer", minimum: 3 }, { maximum: 4 }] },
  { allOf: [{ type: ["integer", "string"] }, { type: "number" }] },
  { allOf: [{ enum: [1, 2, 3] }, { enum: [3, 4] }] },
  { type: "integer", not: { enum: [1, 2, 3] }, minimum: 1, maximum: 5 },
  {
    type: "object",
    properties: { kind: { enum: ["a", "b"] }, x: { type: "integer" } },
    required: ["kind"],
    if: { properties: { kind: { const: "a" } } },
    then: { required: ["x"] },
    else: { properties: { x: false } },
  },
  {
    $defs: { name: { type: "string", maxLength: 4 } },
    type: "object",
    properties: { first: { $ref: "#/$defs/name" } },
    required: ["first"],
  },
  { definitions: { "a/b": { type: "integer" } }, $ref: "#/definitions/a~1b" },
  {
    $defs: {
      tree: {
        type: "object",
        properties: {
          value: { type: "integer" },
          children: { type: "array", items: { $ref: "#/$defs/tree" } },
        },
        required: ["value", "children"],
      },
    },
    $ref: "#/$defs/tree",
  },
  { type: "object", properties: { next: { anyOf: [{ $ref: "#" }, { type: "null" }] } }, required: ["next"] },
  {
    type: "object",
    properties: JSON.parse('{"__proto__": {"type": "integer"}, "constructor": {"type": "string"}}'),
    required: ["__proto__", "constructor"],
  },
  {},
  true,
];

const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });

describe("values obey their schema", () => {
  test.each(schemas.map((schema) => [schema]))("%j", (schema) => {
    const validate = ajv.compile(schema);
    for (const seed of seeds) {
      const value = compose(schema, seed);
      expect(validate(structuredClone(value)), JSON.stringify([value, validate.errors])).toBe(true);
    }
  });

  test("for any schema of a random shape", () => {
    const { schema } = fc.letrec<{ schema: Json; leaf: Json }>((tie) => ({
      leaf: fc.oneof(
        fc.record({
          type: fc.constant("integer"),
          minimum: fc.integer({ min: -50, max: 0 }),
          maximum: fc.integer({ min: 0, max: 50 }),
        }),
        fc.record({
          type: fc.constant("string"),
          minLength: fc.integer({ min: 0, max: 6 }),
          maxLength: fc.integer({ min: 6, max: 20 }),
        }),
        fc.constant({ type: "boolean" }),
        fc.record({ enum: fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 1, maxLength: 3 }) }),
      ),
      schema: fc.oneof(
        { maxDepth: 3 },
        tie("leaf"),
        fc.record({
          type: fc.constant("array"),
          items: tie("schema"),
          minItems: fc.integer({ min: 0, max: 3 }),
        }),
        fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
        fc
          .tuple(fc.dictionary(fc.constantFrom("a", "b", "c"), tie("schema")), fc.boolean())
          .map(([properties, closed]) => ({
            type: "object",
            properties,
            required: Object.keys(properties).slice(0, 2),
            ...(closed ? { additionalProperties: false } : {}),
          })),
      ),
    }));
    fc.assert(
      fc.property(schema, fc.nat(), (given, seed) => {
        const value = compose(given, seed);
        expect(ajv.compile(given)(value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("the checker judges as AJV does", () => {
    const judged = schemas.filter((schema) => typeof schema === "object");
    fc.assert(
      fc.property(fc.constantFrom(...judged), fc.jsonValue(), (schema, value) => {
        // AJV reads a quotient with parseInt, and so misjudges multiples of 1e21 and more.
        fc.pre(!JSON.stringify(value).includes("e+"));
        expect(obeys(value, schema, { root: schema, budget: { steps: fullBudget } })).toBe(
          ajv.compile(schema)(value),
        );
      }),
    );
  });

  test("they quote what the user says", () => {
    const schema = {
      type: "object",
      properties: {
        city: { type: "string" },
        count: { type: "integer" },
        colour: { enum: ["blue", "red"] },
        query: { type: "string" },
      },
    };
    expect(compose(schema)).toEqual({
      city: "Tokyo",
      count: 7,
      colour: "red",
      query: "What about Tokyo and 7 red boats?",
    });
  });

  test.each<[string, unknown]>([
    ["false", false],
    ["a contradiction", { type: "integer", minimum: 3, maximum: 2 }],
    ["two constants", { allOf: [{ const: 1 }, { const: 2 }] }],
    ["an unknown type", { type: "text" }],
    ["no schema", 5],
    ["a reference to nowhere", { $ref: "#/$defs/none" }],
    ["a reference to elsewhere", { $ref: "https://example.com/schema" }],
    ["a reference to itself", { $ref: "#" }],
    ["endless nesting", { type: "object", properties: { a: { $ref: "#" } }, required: ["a"] }],
    ["a broken pattern", { type: "string", pattern: "(" }],
    [
      "too many branches",
      {
        $defs: {
          a: { allOf: [{ $ref: "#/$defs/b" }, { $ref: "#/$defs/b" }] },
          b: { allOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }] },
        },
        $ref: "#/$defs/a",
      },
    ],
  ])("%s is an error, soon", (_, schema) => {
    expect(() => compose(schema)).toThrow(ConstraintError);
  });

  test("absurd nesting is an error and no crash", () => {
    let schema: Json = { type: "string" };
    for (let depth = 0; depth < 20_000; depth++) schema = { allOf: [schema] };
    expect(() => composeConstrained({ type: "json", schema }, "", "1")).toThrow(ConstraintError);
  });
});

/** Patterns that JavaScript reads as Python does, so that its own engine can judge. */
const patterns = [
  "abc",
  "a|bc|",
  "[a-f0-9]{8}",
  "\\d{3}-\\d{4}",
  "(foo|bar)+",
  "(?:x|y){2,3}z?",
  "(?<year>\\d{4})-(?<month>0[1-9]|1[0-2])",
  "[^a-z]{3}",
  "[^\\d\\s]+",
  "\\w+@\\w+\\.(com|org)",
  "^start.*end$",
  "a{0}b",
  "a{2,}",
  "[\\w.-]+",
  "[-a]",
  "[a\\-z]",
  "[\\]\\\\]",
  "\\u0041\\x42\\n\\t",
  ".{5}",
  "\\bword\\b",
  "\\S\\D\\W",
  "[\\S]",
  "(a?b?)*c",
  "[\u4e00-\u9fff]{2}",
  "😀+",
  "a+?b*?",
  "((((a))))",
];

describe("texts fit their pattern", () => {
  test.each(patterns)("%s", (pattern) => {
    const engine = new RegExp(`^(?:${pattern})$`, "u");
    for (const seed of seeds) {
      const text = composeFromPattern(pattern, createRandom(seed), { steps: fullBudget });
      expect(engine.test(text), JSON.stringify(text)).toBe(true);
    }
  });

  test.each(["\\p{Lu}\\p{L}+", "[\\p{Nd}x]"])("with Unicode properties: %s", (pattern) => {
    const text = composeFromPattern(pattern, createRandom(1), { steps: fullBudget });
    expect(new RegExp(`^(?:${pattern})$`, "u").test(text)).toBe(true);
  });

  test.each(["(?P<name>ab)", "ab\\Z", "\\Aab"])("Python's own spelling: %s", (pattern) => {
    expect(composeFromPattern(pattern, createRandom(1), { steps: fullBudget })).toBe("ab");
  });

  test("the matcher judges as JavaScript's engine does", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c", "1", " ", "-", "x"), maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...patterns), letters, (pattern, text) => {
        const parsed = parsePattern(pattern);
        expect(matchesWhole(parsed, text, { steps: fullBudget })).toBe(
          new RegExp(`^(?:${pattern})$`, "u").test(text),
        );
        expect(matchesSomewhere(parsed, text, { steps: fullBudget })).toBe(
          new RegExp(pattern, "u").test(text),
        );
      }),
      { numRuns: 400 },
    );
  });

  test("no pattern backtracks for ever", () => {
    const text = `${"a".repeat(200)}!`;
    for (const pattern of ["(a+)+", "(a|a)*b", "(a*)*c", "(.*)*x"]) {
      expect(matchesWhole(parsePattern(pattern), text, { steps: fullBudget * 10 })).toBe(false);
    }
  });

  test.each([
    ["(", "missing )"],
    [")", "unbalanced"],
    ["[a", "missing ]"],
    ["*a", "nothing to repeat"],
    ["a{3,1}", "wrong repetition"],
    ["a{x}", "wrong repetition"],
    ["a{99999}", "wrong repetition"],
    ["[z-a]", "wrong range"],
    ["(?=a)", "lookaround"],
    ["(?<!a)b", "lookaround"],
    ["(?i)a", "lookaround and inline flags"],
    ["(a)\\1", "backreferences"],
    ["\\p{Nothing}", "unknown property"],
    ["\\", "backslash"],
    ["[^\\s\\S]", "nothing that can be written"],
    ["a$b", "no text was found"],
    ["((a{9999}){9999}){9999}", "too long"],
  ])("%s is an error", (pattern, text) => {
    expect(() => composeFromPattern(pattern, createRandom(1), { steps: fullBudget })).toThrow(text);
    expect(() => composeFromPattern(pattern, createRandom(1), { steps: fullBudget })).toThrow(
      ConstraintError,
    );
  });
});

describe("texts are of their grammar's language", () => {
  test.each<[grammar: string, language: RegExp]>([
    ['root ::= "yes" | "no"', /^(yes|no)$/],
    ['root ::= "a"* "b"+ "c"? "d"{2} "e"{1,3} "f"{2,}', /^a*b+c?d{2}e{1,3}f{2,}$/],
    ["root ::= [a-f0-9]+ # a comment\n", /^[a-f0-9]+$/],
    ['root ::= ("a" | "b" "c") digit\ndigit ::= [0-9]', /^(a|bc)\d$/],
    ['root ::= "\\n" "\\x41" "\\u00e9" "\\"" \'q\'', /^\nAé"q$/],
    ['root ::= "(" root ")" | "x"', /^(\()*x(\))*$/],
    ['expression ::= term ("+" term)*\nterm ::= "(" expression ")" | [0-9]', /^[()+\d]+$/],
    ['?start: object\nobject: "{" NAME "}"\nNAME: /[a-z]{3}/ // Lark', /^\{[a-z]{3}\}$/],
    ['root ::= root "a" | "b"', /^ba*$/],
    ["root ::= .", /^.$/],
    ['root ::= ""', /^$/],
  ])("%s", (grammar, language) => {
    for (const seed of seeds) {
      expect(composeFromGrammar(grammar, createRandom(seed), { steps: fullBudget })).toMatch(language);
    }
  });

  test.each([
    ["", "no rule"],
    ['root "a"', "where a rule should begin"],
    ["root ::= (", "lacks a )"],
    ["root ::= other", "never comes to an end"],
    ['root ::= "a" other | "b" root', "never comes to an end"],
    ["root ::= *", "where something should be written"],
    ["root ::= %", "can't be read at"],
    ['root ::= a{9999}\na ::= b{9999}\nb ::= "cccc"', "too"],
  ])("%j is an error", (grammar, text) => {
    const attempt = (): string => composeFromGrammar(grammar, createRandom(1), { steps: fullBudget });
    expect(attempt).toThrow(text);
    expect(attempt).toThrow(ConstraintError);
  });
});

describe("structured outputs of requests", () => {
  const rig = useRig();
  const prompt = "Describe the most iconic car from the 90's";
  const messages = [{ role: "user", content: prompt }];
  const schema = {
    title: "CarDescription",
    type: "object",
    properties: {
      brand: { type: "string" },
      model: { type: "string" },
      car_type: { enum: ["sedan", "SUV", "Truck", "Coupe"] },
    },
    required: ["brand", "model", "car_type"],
  };
  const wrapped = { type: "json_schema", json_schema: { name: "car", schema } };
  const bare = { type: "json_schema", json_schema: schema };
  const validate = ajv.compile(schema);

  test.each<[string, string, Json, (answer: Json) => string]>([
    ["BedrockCompletion, bare", arns.llama, { prompt, response_format: bare }, (answer) => answer.generation],
    [
      "BedrockCompletion, wrapped",
      arns.llama,
      { prompt, response_format: wrapped },
      (answer) => answer.generation,
    ],
    [
      "BedrockCompletion of a built-in Qwen",
      arns.qwen3,
      { prompt, max_gen_len: 300, response_format: bare },
      (answer) => answer.generation,
    ],
    [
      "OpenAICompletion",
      arns.llama,
      { prompt, max_tokens: 300, response_format: wrapped },
      (answer) => answer.choices[0].text,
    ],
    [
      "OpenAIChatCompletion",
      arns.llama,
      { messages, response_format: wrapped },
      (answer) => answer.choices[0].message.content,
    ],
    [
      "structured_outputs",
      arns.llama,
      { messages, structured_outputs: { json: schema } },
      (answer) => answer.choices[0].message.content,
    ],
    [
      "structured_outputs, as text",
      arns.llama,
      { messages, structured_outputs: { json: JSON.stringify(schema) } },
      (answer) => answer.choices[0].message.content,
    ],
    [
      "a model that thinks",
      arns.qwen3,
      { messages, response_format: wrapped },
      (answer) => answer.choices[0].message.content,
    ],
    [
      "GPT-OSS",
      arns.gptOss,
      { messages, response_format: wrapped },
      (answer) => answer.choices[0].message.content,
    ],
  ])("JSON by %s", async (_, model, body, textOf) => {
    const text = textOf(await invoke(rig().runtime, model, body));
    expect(validate(JSON.parse(text))).toBe(true);
  });

  test("json_object is some object", async () => {
    const answer = await invoke(rig().runtime, arns.llama, {
      prompt,
      response_format: { type: "json_object" },
    });
    expect(JSON.parse(answer.generation)).toEqual({ topic: expect.any(String), answer: expect.any(String) });
  });

  test("streams are constrained too", async () => {
    const chunks = await invokeStream(rig().runtime, arns.llama, { messages, response_format: wrapped });
    expect(validate(JSON.parse(chunks.map((chunk) => chunk.choices[0].delta.content).join("")))).toBe(true);
  });

  test("a choice is one of them, the mentioned one if there is", async () => {
    const ask = async (question: string): Promise<string> => {
      const body = {
        prompt: question,
        max_tokens: 10,
        structured_outputs: { choice: ["positive", "negative"] },
      };
      return (await invoke(rig().runtime, arns.llama, body)).choices[0].text;
    };
    expect(["positive", "negative"]).toContain(await ask("Classify this."));
    expect(await ask("Is that negative?")).toBe("negative");
  });

  test("a regular expression holds", async () => {
    const body = { messages, structured_outputs: { regex: "[A-Z]{2}-\\d{4}" } };
    expect((await invoke(rig().runtime, arns.llama, body)).choices[0].message.content).toMatch(
      /^[A-Z]{2}-\d{4}$/,
    );
  });

  test("a grammar holds", async () => {
    const body = {
      messages,
      structured_outputs: { grammar: 'root ::= "SELECT " column\ncolumn ::= "a" | "b"' },
    };
    expect((await invoke(rig().runtime, arns.llama, body)).choices[0].message.content).toMatch(
      /^SELECT [ab]$/,
    );
  });

  test("a token limit cuts it like any text", async () => {
    const answer = await invoke(rig().runtime, arns.llama, {
      messages,
      max_tokens: 3,
      response_format: wrapped,
    });
    expect(answer.choices[0].finish_reason).toBe("length");
    expect(() => JSON.parse(answer.choices[0].message.content)).toThrow(SyntaxError);
  });

  test.each<[string, Json]>([
    ["an impossible schema", { json: { type: "integer", minimum: 3, maximum: 2 } }],
    ["a wrong pattern", { regex: "(" }],
    ["no choices", { choice: [] }],
    ["a schema that is no JSON", { json: "{" }],
    ["a wrong grammar", { grammar: "root ::= (" }],
  ])("%s is a ValidationException", async (_, structured_outputs) => {
    for (const send of [invoke, invokeStream]) {
      const failure = await failureOf(send(rig().runtime, arns.llama, { messages, structured_outputs }));
      expect(failure.name).toBe("ValidationException");
    }
  });
});
