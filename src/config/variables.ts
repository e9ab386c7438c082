/** Variables that hold keys of services elsewhere and that every build of the program may see. */
export const KEY_VARIABLES = [
  "OAC_*",
  "OPENAI_API_KEY",
  "VLLM_API_KEY",
  "LLAMA_API_KEY",
  "DASHSCOPE_API_KEY",
  "DEEPSEEK_API_KEY",
  "SILICONFLOW_API_KEY",
];

/** What a program that a handler starts gets of the environment: as much as MCP's own clients hand on. */
export const PROGRAM_VARIABLES = ["PATH", "HOME", "LANG", "LOGNAME", "SHELL", "TERM", "USER"];
