// Command check holds Harvest's proofs against golang.org/x/mod/sumdb, and makes proofs with it for Harvest to check.
//
//	check record VKEY PROOF LINE       is the line in the tree of the signed head?
//	check tree VKEY PROOF CHECKPOINT   does the signed head continue the older checkpoint?
//	check stored LEDGER FILE           write the stored hashes of a ledger's lines to the file
//	check make ORIGIN LEDGER FOLDER    write a key, a signed head, and every proof of a ledger to the folder
//
// It exits 1 with the reason where a proof does not hold.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 3 && arguments[0] == "stored" {
		return writeStored(arguments[1], arguments[2])
	}
	if len(arguments) != 4 {
		return errors.New("expected record, tree, stored or make, and its arguments")
	}
	switch arguments[0] {
	case "record":
		return checkRecord(arguments[1], arguments[2], arguments[3])
	case "tree":
		return checkTree(arguments[1], arguments[2], arguments[3])
	case "make":
		return makeProofs(arguments[1], arguments[2], arguments[3])
	}
	return fmt.Errorf("expected record, tree, stored or make, got %q", arguments[0])
}

// head is the text of a checkpoint.
type head struct {
	origin string
	size   int64
	root   tlog.Hash
}

func (h head) String() string {
	return fmt.Sprintf("%s\n%d\n%s\n", h.origin, h.size, h.root)
}

func parseHead(text string) (head, error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) != 4 || lines[3] != "" {
		return head{}, fmt.Errorf("expected origin, size and root, got %q", text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return head{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return head{lines[0], size, root}, err
}

// openHead reads a checkpoint that the key signed.
func openHead(vkey string, checkpoint []byte) (head, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return head{}, err
	}
	opened, err := note.Open(checkpoint, note.VerifierList(verifier))
	if err != nil {
		return head{}, err
	}
	found, err := parseHead(opened.Text)
	if err == nil && found.origin != verifier.Name() {
		err = fmt.Errorf("expected origin %s, got %s", verifier.Name(), found.origin)
	}
	return found, err
}

// proof is a file of first lines, hashes, a blank line and a checkpoint.
type proof struct {
	number     int64
	hashes     []tlog.Hash
	checkpoint []byte
}

// parseProof reads a proof whose number stands behind a prefix.
func parseProof(path, prefix string) (proof, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return proof{}, err
	}
	if !bytes.HasPrefix(raw, []byte(prefix)) {
		return proof{}, fmt.Errorf("expected %q first, got %.40q", prefix, raw)
	}
	lines, checkpoint, found := strings.Cut(string(raw[len(prefix):]), "\n\n")
	if !found {
		return proof{}, errors.New("expected a blank line, got none")
	}
	number, hashLines, _ := strings.Cut(lines, "\n")
	parsed := proof{checkpoint: []byte(checkpoint)}
	if parsed.number, err = strconv.ParseInt(number, 10, 64); err != nil {
		return proof{}, err
	}
	for _, line := range strings.Fields(hashLines) {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return proof{}, err
		}
		parsed.hashes = append(parsed.hashes, hash)
	}
	return parsed, nil
}

const (
	inclusion   = "c2sp.org/tlog-proof@v1\nindex "
	consistency = "old "
)

func checkRecord(vkey, proofPath, linePath string) error {
	read, err := parseProof(proofPath, inclusion)
	if err != nil {
		return err
	}
	line, err := os.ReadFile(linePath)
	if err != nil {
		return err
	}
	signed, err := openHead(vkey, read.checkpoint)
	if err != nil {
		return err
	}
	leaf := tlog.RecordHash(bytes.TrimSuffix(line, []byte("\n")))
	return tlog.CheckRecord(read.hashes, signed.size, signed.root, read.number, leaf)
}

func checkTree(vkey, proofPath, oldPath string) error {
	read, err := parseProof(proofPath, consistency)
	if err != nil {
		return err
	}
	kept, err := os.ReadFile(oldPath)
	if err != nil {
		return err
	}
	text, _, _ := strings.Cut(string(kept), "\n\n")
	old, err := parseHead(text + "\n")
	if err != nil {
		return err
	}
	signed, err := openHead(vkey, read.checkpoint)
	if err != nil {
		return err
	}
	if read.number != old.size || signed.origin != old.origin {
		return errors.New("expected a proof from the older checkpoint, got one from another")
	}
	return tlog.CheckTree(read.hashes, signed.size, signed.root, old.size, old.root)
}

// stored is all stored hashes of a log, in memory.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		hashes[at] = s[index]
	}
	return hashes, nil
}

func storedHashes(ledger string) (stored, int64, error) {
	raw, err := os.ReadFile(ledger)
	if err != nil {
		return nil, 0, err
	}
	var hashes stored
	lines := bytes.Split(bytes.TrimSuffix(raw, []byte("\n")), []byte("\n"))
	for seq, line := range lines {
		more, err := tlog.StoredHashes(int64(seq), line, hashes)
		if err != nil {
			return nil, 0, err
		}
		hashes = append(hashes, more...)
	}
	return hashes, int64(len(lines)), nil
}

func writeStored(ledger, path string) error {
	hashes, _, err := storedHashes(ledger)
	if err != nil {
		return err
	}
	var raw []byte
	for _, hash := range hashes {
		raw = append(raw, hash[:]...)
	}
	return os.WriteFile(path, raw, 0o600)
}

// makeProofs writes vkey, record-N for each line, and tree-N and old-N for each older size.
func makeProofs(origin, ledger, folder string) error {
	hashes, size, err := storedHashes(ledger)
	if err != nil {
		return err
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return err
	}
	put := func(name, text string) error {
		return os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600)
	}
	sign := func(size int64) (string, error) {
		root, err := tlog.TreeHash(size, hashes)
		if err != nil {
			return "", err
		}
		signed, err := note.Sign(&note.Note{Text: head{origin, size, root}.String()}, signer)
		return string(signed), err
	}
	checkpoint, err := sign(size)
	if err != nil {
		return err
	}
	if err := put("vkey", vkey); err != nil {
		return err
	}
	for seq := int64(0); seq < size; seq++ {
		path, err := tlog.ProveRecord(size, seq, hashes)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("%s%d\n%s\n%s", inclusion, seq, hashLines(path), checkpoint)
		if err := put(fmt.Sprintf("record-%d", seq), text); err != nil {
			return err
		}
	}
	for old := int64(1); old <= size; old++ {
		path, err := tlog.ProveTree(size, old, hashes)
		if err != nil {
			return err
		}
		older, err := sign(old)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("%s%d\n%s\n%s", consistency, old, hashLines(path), checkpoint)
		if err := put(fmt.Sprintf("old-%d", old), older); err != nil {
			return err
		}
		if err := put(fmt.Sprintf("tree-%d", old), text); err != nil {
			return err
		}
	}
	return nil
}

func hashLines(hashes []tlog.Hash) string {
	var text strings.Builder
	for _, hash := range hashes {
		text.WriteString(base64.StdEncoding.EncodeToString(hash[:]) + "\n")
	}
	return text.String()
}
