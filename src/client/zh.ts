/** The page in Simplified Chinese. */
import type { Words } from "./i18n.ts";

export const zh: Words = {
  title: "数字人对话",
  start: "开始",
  end: "结束",
  hint: "点击“开始”即可说话。浏览器会请求使用麦克风，这样才能听到你的声音。",
  asking: "请允许使用麦克风，这样才能听到你的声音。",
  face: "数字人",
  controls: "通话控制",
  mute: "静音麦克风",
  unmute: "取消静音",
  microphoneOn: "打开麦克风",
  field: "输入消息",
  send: "发送",
  transcript: "对话记录",
  settings: "设置",
  close: "关闭",
  tapToHear: "点按即可收听",

  connecting: "正在连接……",
  muted: "麦克风已静音",
  reconnecting: "正在重新连接……",
  queue: "席位已满，你排在第 {place} 位。",
  moods: {
    listening: "正在听",
    thinking: "正在思考……",
    speaking: "正在说",
    interrupted: "已打断",
  },

  captions: "字幕",
  you: "你",
  avatar: "数字人",
  colon: "：",
  dash: "——",
  nothingYet: "你说的话和听到的回答会显示在这里。",
  copy: "复制",
  copied: "已复制",
  notCopied: "复制失败",
  clear: "清空",

  microphone: "麦克风",
  speaker: "扬声器",
  systemChoice: "系统默认",
  devicesLater: "允许使用麦克风后即可选择设备。",
  volume: "音量",
  language: "语言",
  automatic: "自动",
  showCaptions: "显示字幕",
  keys: "空格键静音，回车键发送，Esc 键停止回答。",

  meter: "性能指标",
  meterIdle: "通话时显示数据。",
  sinceSpeech: "上一轮：从你说完最后一个字起的毫秒数",
  frameRate: "每秒帧数",
  loss: "丢包率",
  roundTrip: "往返时延",
  jitterSound: "声音缓冲",
  jitterPicture: "画面缓冲",
  mouthBehind: "口型落后于声音",
  tries: "开始生成的回答数",
  spent: "生成回答的计算时间",
  wasted: "作废的计算时间",
  milliseconds: "{n} 毫秒",
  percent: "{n}%",
  steps: {
    endOfTurn: "判定说完",
    transcript: "识别完成",
    firstToken: "首个词元",
    firstClause: "首个分句",
    firstAudio: "首段声音",
    firstPacket: "首个数据包",
    mouthMoved: "嘴唇开始动",
    interrupted: "被打断",
  },

  retry: "重试",
  continueWithText: "改用文字",
  dismiss: "知道了",
  detail: "服务器的原话",
  faults: {
    noMicrophone: {
      title: "没有找到麦克风",
      remedy: "请接上或打开麦克风，然后重试。也可以打字。",
    },
    denied: {
      title: "麦克风被禁止使用",
      remedy: "请点击地址栏旁的图标，并在系统的隐私设置中允许使用麦克风，然后重试。也可以打字。",
    },
    inUse: {
      title: "麦克风正被其他程序占用",
      remedy: "请关闭其他通话或录音程序，然后重试。也可以打字。",
    },
    insecure: {
      title: "此页面无法使用麦克风",
      remedy:
        "浏览器只允许 https 页面或本机页面使用麦克风。在运行服务器的电脑上，请打开 {localhost}。在其他设备上，请先把证书放入 ssl_certs，再打开 {https}。打字不受影响。",
    },
    microphone: {
      title: "麦克风未能启动",
      remedy: "请在系统的声音设置中检查麦克风，然后重试。也可以打字。",
    },
    microphoneGone: {
      title: "麦克风已断开",
      remedy: "请重新接上麦克风，然后重试。打字不受影响。",
    },
    busy: {
      title: "席位已满",
      remedy: "排队的人也满了，请一分钟后重试。",
    },
    lost: {
      title: "连接已断开",
      remedy: "请检查网络，然后重试。对话记录仍在。",
    },
    unreachable: {
      title: "服务器没有响应",
      remedy: "请确认服务器正在运行，并且你与它在同一网络，然后重试。",
    },
    media: {
      title: "声音和画面无法传输",
      remedy: "防火墙或 VPN 可能拦截了通往服务器的 UDP。请放行或关闭后重试。",
    },
    unsupported: {
      title: "此浏览器无法通话",
      remedy: "缺少 WebRTC，或它已被关闭。请使用新版 Chrome、Edge、Firefox 或 Safari。",
    },
    server: {
      title: "服务器出了点问题",
      remedy: "请重试。如果总是这样，请查看服务器日志。",
    },
  },
};
