import assert from "node:assert/strict";
import { hubAddresses, HUBS } from "./hub.ts";

Deno.test("Mirrors are named by the hubs' own variables", () => {
  assert.deepEqual(hubAddresses({}), HUBS);
  assert.deepEqual(hubAddresses({ HF_ENDPOINT: "", MODELSCOPE_DOMAIN: " " }), HUBS);
  const mirrors = hubAddresses({ HF_ENDPOINT: "http://mirror/hf/", MODELSCOPE_DOMAIN: "scope.example" });
  assert.deepEqual(mirrors, { huggingface: "http://mirror/hf", modelscope: "https://scope.example" });
});
