import { describe, expect, test } from "vitest";
import { authParameters, parseCallAuth } from "../../src/bedrock/call-auth.ts";

describe("the parameters of identity", () => {
  test("are read by LiteLLM's names", () => {
    const parameters = {
      api_key: "key",
      aws_access_key_id: "AK",
      aws_secret_access_key: "SK",
      aws_session_token: "ST",
      aws_profile_name: "p",
      aws_role_name: "arn:aws:iam::1:role/r",
      aws_session_name: "s",
      aws_external_id: "e",
      aws_web_identity_token: "t",
      aws_sts_endpoint: "https://sts",
    };
    expect(parseCallAuth(parameters)).toEqual({
      apiKey: "key",
      accessKeyId: "AK",
      secretAccessKey: "SK",
      sessionToken: "ST",
      profile: "p",
      roleArn: "arn:aws:iam::1:role/r",
      roleSessionName: "s",
      externalId: "e",
      webIdentityToken: "t",
      stsEndpoint: "https://sts",
    });
    expect(authParameters.toSorted()).toEqual(Object.keys(parameters).toSorted());
  });

  test("everything else is passed over", () => {
    expect(parseCallAuth({ model: "m", temperature: 1, aws_region_name: "us-east-1" })).toEqual({});
  });

  test.each([
    ["absent ones are absent", { aws_profile_name: undefined, aws_role_name: null }, {}],
    ["so are empty ones", { aws_profile_name: "", aws_access_key_id: " ", aws_secret_access_key: "" }, {}],
    ["but an empty API key says: none", { api_key: "" }, { apiKey: "" }],
    [
      "blanks around them are cut",
      { aws_access_key_id: " AK\n", aws_secret_access_key: "SK " },
      { accessKeyId: "AK", secretAccessKey: "SK" },
    ],
  ])("%s", (_, parameters, auth) => {
    expect(parseCallAuth(parameters)).toEqual(auth);
  });

  test.each([
    [
      { aws_access_key_id: "AK" },
      "aws_secret_access_key",
      "aws_access_key_id is given without aws_secret_access_key.",
    ],
    [
      { aws_secret_access_key: "SK" },
      "aws_access_key_id",
      "aws_secret_access_key is given without aws_access_key_id.",
    ],
    [
      { aws_secret_access_key: "SK", aws_access_key_id: "" },
      "aws_access_key_id",
      "aws_secret_access_key is given without aws_access_key_id.",
    ],
    [
      { aws_session_token: "ST" },
      "aws_access_key_id",
      "aws_session_token is given without aws_access_key_id.",
    ],
    [{ aws_profile_name: 5 }, "aws_profile_name", "aws_profile_name must be a string."],
    [{ api_key: ["canary"] }, "api_key", "api_key must be a string."],
  ])("%j is refused, and no value is repeated", (parameters, param, message) => {
    expect(() => parseCallAuth(parameters)).toThrow(
      expect.objectContaining({ code: "invalid_request", param, message }),
    );
  });
});
