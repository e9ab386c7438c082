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
