import ast
import operator

OPERATORS = {ast.Add: operator.add, ast.Mult: operator.mul}


def value(node):
    if isinstance(node, ast.Constant):
        return node.value
    return OPERATORS[type(node.op)](value(node.left), value(node.right))


def run_tool(input_dir, output_dir):
    return str(value(ast.parse("2 + 3 * 4", mode="eval").body)) + str(ast.literal_eval("[1, 2]"))
