// Answers what OPA answers: one JSON request a line on standard input, one JSON reply a line on standard output.
//
// A request compiles modules once and evaluates one query for each input:
//
//	{"modules": {"p.rego": "package p ..."}, "query": "data.p.violation", "inputs": [...], "data": {...}}
//
// The reply is {"error": "..."} where OPA refuses the modules, else {"results": [...]} with, for each input, {"value": ...} (sets as
// sorted arrays), {} where the query is undefined, or {"error": "..."} where the evaluation fails.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/util"
)

type request struct {
	Modules map[string]string `json:"modules"`
	Query   string            `json:"query"`
	Inputs  []json.RawMessage `json:"inputs"`
	Data    json.RawMessage   `json:"data"`
}

type reply struct {
	Error   string   `json:"error,omitempty"`
	Results []result `json:"results,omitempty"`
}

type result struct {
	Value *any   `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(in io.Reader, out io.Writer) error {
	reader := bufio.NewReaderSize(in, 1<<20)
	writer := bufio.NewWriter(out)
	encoder := json.NewEncoder(writer)
	for {
		line, err := reader.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		if err != nil && err != io.EOF {
			return err
		}
		var asked request
		if err := util.UnmarshalJSON(line, &asked); err != nil {
			return fmt.Errorf("unreadable request: %w", err)
		}
		if err := encoder.Encode(answer(asked)); err != nil {
			return err
		}
		if err := writer.Flush(); err != nil {
			return err
		}
	}
}

func answer(asked request) reply {
	compiler, err := ast.CompileModules(asked.Modules)
	if err != nil {
		return reply{Error: err.Error()}
	}
	options := []func(*rego.Rego){rego.Query(asked.Query), rego.Compiler(compiler)}
	if len(asked.Data) > 0 {
		var data map[string]any
		if err := util.UnmarshalJSON(asked.Data, &data); err != nil {
			return reply{Error: err.Error()}
		}
		options = append(options, rego.Store(inmem.NewFromObject(data)))
	}
	ctx := context.Background()
	prepared, err := rego.New(options...).PrepareForEval(ctx)
	if err != nil {
		return reply{Error: err.Error()}
	}
	results := make([]result, len(asked.Inputs))
	for i, raw := range asked.Inputs {
		results[i] = evaluate(ctx, prepared, raw)
	}
	return reply{Results: results}
}

func evaluate(ctx context.Context, prepared rego.PreparedEvalQuery, raw json.RawMessage) result {
	var input any
	if err := util.UnmarshalJSON(raw, &input); err != nil {
		return result{Error: err.Error()}
	}
	set, err := prepared.Eval(ctx, rego.EvalInput(input))
	if err != nil {
		return result{Error: err.Error()}
	}
	if len(set) == 0 || len(set[0].Expressions) == 0 {
		return result{}
	}
	return result{Value: &set[0].Expressions[0].Value}
}
