// The voice: what the live view says is spoken by a voice of this computer, or else a sound tells the kinds apart.

const SOUNDS = { number: [880, 0.12], left_out: [220, 0.35], sentence: [587, 0.2] };

export class Voice {
  constructor() {
    this.isOn = true;
    this.language = document.documentElement.lang;
    this.sounds = null;
  }

  /** Browsers let a page make sounds only after a click: call this in one. */
  unlock() {
    try {
      this.sounds ??= new AudioContext();
      this.sounds.resume();
      window.speechSynthesis?.getVoices();
    } catch {
      // A computer without sound is counted on the screen.
    }
  }

  say({ kind, text }) {
    if (!this.isOn) return;
    const voice = this.own();
    if (!voice) {
      this.beep(...SOUNDS[kind]);
      return;
    }
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice;
    said.lang = voice.lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(said);
  }

  quiet() {
    window.speechSynthesis?.cancel();
  }

  /** A voice of the language that needs no network. */
  own() {
    const voices = window.speechSynthesis?.getVoices() ?? [];
    return voices.find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(this.language));
  }

  beep(pitchHz, durationS) {
    if (this.sounds?.state !== "running") return;
    const [tone, volume] = [this.sounds.createOscillator(), this.sounds.createGain()];
    const now = this.sounds.currentTime;
    tone.frequency.value = pitchHz;
    volume.gain.setValueAtTime(0.3, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + durationS);
    tone.connect(volume).connect(this.sounds.destination);
    tone.start(now);
    tone.stop(now + durationS);
  }
}
