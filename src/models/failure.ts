/** Why a source did not give what it should. */
export class SourceFailure extends Error {
  /**
   * @param message One sentence, for people.
   * @param unreachable Nothing answered: other models need not be asked for there.
   */
  constructor(message: string, readonly unreachable = false) {
    super(message);
    this.name = "SourceFailure";
  }
}
