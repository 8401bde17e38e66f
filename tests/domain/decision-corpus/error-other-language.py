function run_tool(inputDir, outputDir) { return '<p>ok</p>' }
