// Before filming: the camera is turned on, chosen, and shown as in a mirror; what is wrong with it is said.

import { cameraOf, cameras, openCamera, remember, switchOff } from "../filming/camera.js";
import { text } from "../texts.js";

const part = (id) => document.getElementById(id);

/** The camera of a page with the parts closed, opened, preview, camera, trouble and trouble-part. */
export class CameraSetup {
  constructor() {
    this.stream = null;
    part("camera").addEventListener("change", () => this.turnOn(part("camera").value));
    navigator.mediaDevices?.addEventListener?.("devicechange", () => {
      if (this.stream) this.list();
    });
  }

  async turnOn(deviceId) {
    this.complain("");
    switchOff(this.stream);
    try {
      this.stream = await openCamera(deviceId);
    } catch (error) {
      this.stream = null;
      this.show("closed");
      this.complain(text(error.code ?? "failed_camera"));
      return;
    }
    remember(cameraOf(this.stream));
    this.stream.getVideoTracks()[0].addEventListener("ended", () => {
      if (part("opened").hidden || part("stage").open) return;
      this.turnOff();
      this.complain(text("none"));
    });
    part("preview").srcObject = this.stream;
    part("preview").play().catch(() => {});
    await this.list();
    this.show("opened");
  }

  turnOff() {
    switchOff(this.stream);
    this.stream = null;
    part("preview").srcObject = null;
    this.show("closed");
  }

  async list() {
    const all = await cameras();
    part("camera").replaceChildren(...all.map((camera, index) => {
      const name = camera.label || text("camera_number", { n: index + 1 });
      return new Option(name, camera.deviceId, false, camera.deviceId === cameraOf(this.stream));
    }));
  }

  show(which) {
    for (const id of ["closed", "opened"]) part(id).hidden = id !== which;
  }

  complain(sentence) {
    part("trouble").textContent = sentence;
    part("trouble-part").hidden = !sentence;
  }
}
